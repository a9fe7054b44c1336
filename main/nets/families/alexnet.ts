// AlexNet. Krizhevsky: "One weird trick for parallelizing convolutional neural networks", 2014, as torchvision has it. Names as in torchvision; timm does not have it.
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import type { Network } from '../graph.ts';
import { imagenet, inputShape } from '../variant.ts';
import type { Variant } from '../variant.ts';

interface Layer {
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
  readonly pooled: boolean;
}

const layers: readonly Layer[] = [
  { filters: 64, kernel: 11, stride: 4, pad: 2, pooled: true },
  { filters: 192, kernel: 5, stride: 1, pad: 2, pooled: true },
  { filters: 384, kernel: 3, stride: 1, pad: 1, pooled: false },
  { filters: 256, kernel: 3, stride: 1, pad: 1, pooled: false },
  { filters: 256, kernel: 3, stride: 1, pad: 1, pooled: true },
];

/** Height and width of the map that the dense layers take. */
const grid = [6, 6] as const;
const hidden = 4096;

/**
 * The dropouts before the two hidden layers are left out, as in all families: dropout is a choice of the head.
 * @param input [height, width, channels]
 */
function alexnetOf(id: string, input: readonly number[], classes: number): Network {
  return build(id, input, (b) => {
    let x = INPUT, index = 0;
    const convolved = layers.map(({ filters, kernel, stride, pad, pooled }) => {
      x = b.conv(`features.${index++}`, x, { filters, kernel, stride, pad, bias: true });
      const activated = x = b.act(`features.${index++}`, x, 'relu');
      if (pooled) x = b.maxPool(`features.${index++}`, x, { kernel: 3, stride: 2, pad: 0 });
      return { activated, end: x };
    });
    const [first, second, , , last] = convolved as [Ends, Ends, Ends, Ends, Ends];
    const [height, width] = b.shape(x);
    if (height !== grid[0] || width !== grid[1]) x = b.adaptivePool('avgpool', x, grid);
    x = b.act('classifier.2', b.dense('classifier.1', b.flatten('flatten', x), hidden), 'relu');
    const features = b.act('classifier.5', b.dense('classifier.4', x, hidden), 'relu');
    return {
      output: b.dense('classifier.6', features, classes),
      stages: [
        { name: 'conv1', end: first.end }, { name: 'conv2', end: second.end }, { name: 'conv3-5', end: last.end },
        { name: 'hidden', end: features }, { name: 'head', end: 'classifier.6' },
      ],
      features,
      gradCam: last.activated,
      // Sizes do not halve: 55, 27, 13.
      skips: [],
    };
  });
}

interface Ends {
  readonly activated: string;
  readonly end: string;
}

const inputSize = [224, 224] as const;

export const alexnet: readonly Variant[] = [{
  id: 'alexnet', family: 'AlexNet', title: 'AlexNet', inputSize, features: hidden, defaultWeights: 'alexnet.tv_in1k',
  preprocessing: { size: [...inputSize], channels: 3, cropShare: 0.875, interpolation: 'bilinear', ...imagenet },
  build: (options) => alexnetOf('alexnet', inputShape({ inputSize }, options), options.classes),
}];
