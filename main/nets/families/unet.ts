// U-Net. Ronneberger, Fischer, Brox: "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015.
import type { Builder } from '../build.ts';
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import type { Network, NodeId } from '../graph.ts';

export interface UnetOptions {
  /** Maps of logits. */
  readonly classes: number;
  /** [height, width, channels]. Without padding, sides for which every map before a max pool is even, such as 572. */
  readonly input: readonly [height: number, width: number, channels: number];
  /** Filters of the first level; 64 in the paper. Each level doubles them, to 16 times as many. */
  readonly width: number;
  /** `valid` as in the paper: the output is 184 pixels shorter and narrower than the input. `same` pads with zeros. */
  readonly padding: 'valid' | 'same';
  /** A batch norm behind each 3x3 convolution, in place of its bias. Not in the paper; without it training from scratch is slow. */
  readonly norms: boolean;
}

const levels = 5;

/** The network of the paper's figure 1. Its last two levels end in dropout of one half, as in the authors' own code. */
export function originalUnet({ classes, input, width, padding, norms }: UnetOptions): Network {
  /** Twice a 3x3 convolution and ReLU. */
  const twice = (b: Builder, path: string, x: NodeId, filters: number): NodeId => {
    let y = x;
    for (const i of [1, 2]) {
      y = b.conv(`${path}.conv${i}`, y, { filters, kernel: 3, pad: padding === 'same' ? 1 : 0, bias: !norms });
      if (norms) y = b.norm(`${path}.bn${i}`, y);
      y = b.act(`${path}.act${i}`, y, 'relu');
    }
    return y;
  };
  return build('unet', input, (b) => {
    const ends: NodeId[] = [];
    let x: NodeId = INPUT;
    for (let level = 0; level < levels; level++) {
      if (level > 0) x = b.maxPool(`down${level}.pool`, x, { kernel: 2, stride: 2, pad: 0 });
      x = twice(b, `down${level}`, x, width * 2 ** level);
      if (level >= levels - 2) x = b.dropout(`down${level}.dropout`, x, 0.5);
      ends.push(x);
    }
    const deepest = x;
    for (let level = levels - 2; level >= 0; level--) {
      const filters = width * 2 ** level;
      x = b.convTranspose(`up${level}.up`, x, { filters, kernel: 2, bias: true });
      x = twice(b, `up${level}`, b.concat(`up${level}.join`, [middle(b, `up${level}.crop`, ends[level]!, x), x]), filters);
    }
    const output = b.conv('head', x, { filters: classes, kernel: 1, pad: 0, bias: true });
    return {
      output, features: x, gradCam: deepest, skips: ends,
      stages: [...ends.map((end, level) => ({ name: `level${level + 1}`, end })), { name: 'decoder', end: x }, { name: 'head', end: output }],
    };
  });
}

/** The middle of a map, as large as another one. */
function middle(b: Builder, id: NodeId, x: NodeId, like: NodeId): NodeId {
  const [height = 0, width = 0] = b.shape(x), [wantedHeight = 0, wantedWidth = 0] = b.shape(like);
  const top = Math.floor((height - wantedHeight) / 2), left = Math.floor((width - wantedWidth) / 2);
  if (height === wantedHeight && width === wantedWidth) return x;
  return b.crop(id, x, [top, height - wantedHeight - top, left, width - wantedWidth - left]);
}
