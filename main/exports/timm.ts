// The format `timm`: a state dict in safetensors that timm's own network of that name takes.
import { readFile } from 'node:fs/promises';
import { StudioError } from '#contract/errors.ts';
import { openOnnxEngine } from '../engines/onnx/index.ts';
import type { Network } from '../nets/graph.ts';
import { headName, hiddenUnits } from '../nets/index.ts';
import { loadWeights, writeSafetensors } from '../weights/index.ts';
import type { ModelFormat } from './format.ts';
import { probabilityRows } from './self-test.ts';

/** Networks of ours that timm does not build: it has no MobileNet v1 with TensorFlow's padding. */
const unknownToTimm: ReadonlySet<string> = new Set(['tf_mobilenetv1_025']);

export const timm: ModelFormat = {
  ending: '.safetensors',

  /** Names and shapes are timm's. The counters `num_batches_tracked` are left out: PyTorch fills them in, also when it loads strictly. */
  write({ backbone, classes }, _network, values) {
    if (unknownToTimm.has(backbone)) throw new StudioError('refused', 'export.not-in-timm', { backbone }, `timm has no network ${backbone}, so no state dict of it can be loaded there. Export to onnx instead.`);
    return writeSafetensors(values, { dtype: 'float32', metadata: { format: 'pt', architecture: backbone, num_classes: String(classes.length) } });
  },

  async rerun(path, { threads, task }, network) {
    const values = loadWeights(await readFile(path), network, { head: 'required' });
    const engine = await openOnnxEngine({ threads });
    const runner = await engine.runner({ network, values, outputs: [network.output], precision: 'float32' });
    return {
      probabilities: async (pictures) => probabilityRows(task, (await runner.run(pictures)).get(network.output)!),
      close: () => engine.close(),
    };
  },

  facts({ backbone, classes, task, preprocessing: { channels } }, network, fileName) {
    const activation = task === 'multilabel' ? 'sigmoid()' : 'softmax(-1)';
    return {
      format: 'safetensors, a PyTorch state dict for timm',
      input: { type: 'float32', shape: ['n', channels, network.input[0], network.input[1]], about: 'Pictures, channels first, normalised as the preprocessing says.' },
      output: { type: 'float32', shape: ['n', classes.length], about: `Logits; ${task === 'multilabel' ? 'a sigmoid' : 'a softmax'} makes them probabilities, in the order of the classes.` },
      open: [
        'import timm',
        'from safetensors.torch import load_file',
        ...madeModel(network, backbone, classes.length, channels),
        `model.load_state_dict(load_file(${JSON.stringify(fileName)}))`,
        `probabilities = model.eval()(pictures).${activation}`,
      ],
    };
  },
};

/** Lines of Python that make the network. timm has no hidden layers in its heads: those go in the classifier's place, under the names that PyTorch gives them. */
function madeModel(network: Network, backbone: string, classes: number, channels: number): readonly string[] {
  const units = hiddenUnits(network);
  if (units.length === 0) return [`model = timm.create_model("${backbone}", num_classes=${classes}, in_chans=${channels})`];
  const layers = units.flatMap((count, i) => [`Linear(${units[i - 1] ?? 'model.num_features'}, ${count})`, 'ReLU()']);
  return [
    'from torch.nn import Dropout, Linear, ReLU, Sequential',
    `model = timm.create_model("${backbone}", num_classes=0, in_chans=${channels})`,
    `model.${headName(network)} = Sequential(${[...layers, 'Dropout(0)', `Linear(${units.at(-1)}, ${classes})`].join(', ')})`,
  ];
}
