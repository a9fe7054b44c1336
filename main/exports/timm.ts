// The format `timm`: a state dict in safetensors that timm's own network of that name takes.
import { readFile } from 'node:fs/promises';
import { StudioError } from '#contract/errors.ts';
import { openOnnxEngine } from '../engines/onnx/index.ts';
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
        `model = timm.create_model("${backbone}", num_classes=${classes.length}, in_chans=${channels})`,
        `model.load_state_dict(load_file(${JSON.stringify(fileName)}))`,
        `probabilities = model.eval()(pictures).${activation}`,
      ],
    };
  },
};
