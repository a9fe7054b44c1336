// The format `onnx`: one file that any ONNX runtime opens, from normalised pictures to probabilities.
import type { ExportDocument } from '#contract/jobs.ts';
import { INPUT_NAME, openSession, OPSET, writeOnnx } from '../engines/onnx/index.ts';
import type { Tensor } from '../tensor.ts';
import { researchUse } from './card.ts';
import type { ModelFormat } from './format.ts';

const OUTPUT_NAME = 'probabilities';

export const onnx: ModelFormat = {
  ending: '.onnx',

  write(document, network, values) {
    const { backbone, classes, task, preprocessing, card } = document;
    return writeOnnx({
      network, values,
      // As networks for pictures come in ONNX nearly everywhere.
      layout: 'nchw',
      // Parameters keep their timm names and values; every runtime folds norms itself when it opens the file.
      foldNorms: false,
      aboutInput: aboutInput(document),
      outputs: [{ node: network.output, name: OUTPUT_NAME, activation: task === 'multilabel' ? 'sigmoid' : 'softmax', about: aboutOutput(document) }],
      facts: {
        graph: backbone, producer: 'Fovea', producerVersion: textOf(card['fovea']), about: researchUse,
        metadata: { backbone, task, classes: JSON.stringify(classes), preprocessing: JSON.stringify(preprocessing), dataset: textOf(card['dataset']), use: researchUse },
      },
    });
  },

  async rerun(path, { threads }) {
    const session = await openSession(path, { threads });
    return {
      async probabilities(pictures) {
        const output = (await session.run(new Map([[INPUT_NAME, channelsFirst(pictures)]]))).get(OUTPUT_NAME)!;
        const { shape: [n = 0], data } = output.shape.length === 4 ? channelsLast(output) : output, row = data.length / n;
        return Array.from({ length: n }, (_, i) => [...data.subarray(i * row, (i + 1) * row)]);
      },
      close: () => session.close(),
    };
  },

  facts: (document, network, fileName) => ({
    format: `ONNX, operator set ${OPSET}`,
    input: { name: INPUT_NAME, type: 'float32', shape: ['n', network.input[2], network.input[0], network.input[1]], about: aboutInput(document) },
    output: { name: OUTPUT_NAME, type: 'float32', shape: ['n', ...outputShape(document)], about: aboutOutput(document) },
    open: [
      'import onnxruntime',
      `session = onnxruntime.InferenceSession(${JSON.stringify(fileName)})`,
      `probabilities = session.run(None, {"${INPUT_NAME}": pictures})[0]`,
    ],
  }),
};

function outputShape({ classes, task, preprocessing: { size } }: ExportDocument): readonly number[] {
  return task === 'segmentation' ? [classes.length + 1, ...size] : [classes.length];
}

function aboutInput({ preprocessing: { size: [height, width], channels, tiles } }: ExportDocument): string {
  return `${tiles ? 'Tiles' : 'Pictures'} of ${height} x ${width} pixels, ${channels === 1 ? 'gray' : 'red, green, blue'}, channels first, normalised as the preprocessing says.`;
}

function aboutOutput({ task, classes }: ExportDocument): string {
  if (task === 'segmentation') return `Probabilities of each pixel that sum to 1 (softmax), one map each, in this order: background, ${classes.join(', ')}.`;
  return `${task === 'multilabel' ? 'Probability of each class by itself (sigmoid)' : 'Probabilities that sum to 1 (softmax)'}, in this order: ${classes.join(', ')}.`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** [n, c, h, w] to [n, h, w, c]. */
function channelsLast({ shape, data }: Tensor): Tensor {
  const [n, channels, height, width] = shape as readonly [number, number, number, number];
  const out = new Float32Array(data.length), pixels = height * width;
  for (let picture = 0; picture < n; picture++) for (let c = 0; c < channels; c++) for (let p = 0; p < pixels; p++) {
    out[(picture * pixels + p) * channels + c] = data[(picture * channels + c) * pixels + p]!;
  }
  return { shape: [n, height, width, channels], data: out };
}

/** [n, h, w, c] to [n, c, h, w]. */
function channelsFirst({ shape, data }: Tensor): Tensor {
  const [n, height, width, channels] = shape as readonly [number, number, number, number];
  const out = new Float32Array(data.length), pixels = height * width;
  for (let picture = 0; picture < n; picture++) for (let c = 0; c < channels; c++) for (let p = 0; p < pixels; p++) {
    out[(picture * channels + c) * pixels + p] = data[(picture * pixels + p) * channels + c]!;
  }
  return { shape: [n, channels, height, width], data: out };
}
