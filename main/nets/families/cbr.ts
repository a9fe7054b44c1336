// CBR: small plain networks of convolution, batch norm and ReLU, to be trained from scratch beside a pretrained one. Raghu, Zhang, Kleinberg, Bengio: "Transfusion: understanding transfer learning for medical imaging", NeurIPS 2019.
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import type { Network } from '../graph.ts';
import { inputShape, symmetric } from '../variant.ts';
import type { Variant } from '../variant.ts';

const widths = [32, 64, 128, 256] as const;
const features = 256;

/** @param input [height, width, channels] */
function cbrOf(id: string, input: readonly number[], classes: number, kernel: number): Network {
  return build(id, input, (b) => {
    let x = INPUT;
    const layers = widths.map((filters, i) => {
      const path = `layer${i + 1}`;
      const activated = b.act(`${path}.act`, b.norm(`${path}.bn`, b.conv(`${path}.conv`, x, { filters, kernel, pad: (kernel - 1) / 2 })), 'relu');
      x = b.maxPool(`${path}.pool`, activated, { kernel: 3, stride: 2, pad: 1 });
      return { name: path, activated, end: x };
    });
    const pooled = b.globalPool('global_pool', x);
    return {
      output: b.dense('fc', pooled, classes),
      stages: [...layers.map(({ name, end }) => ({ name, end: end === x ? pooled : end })), { name: 'head', end: 'fc' }],
      features: pooled,
      gradCam: x,
      // Not the first, which is as large as the picture.
      skips: [...layers.slice(1).map(({ activated }) => activated), x],
    };
  });
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly kernel: number;
}

const rows: readonly Row[] = [
  { id: 'cbr_tiny', title: 'CBR-Tiny', kernel: 5 },
  { id: 'cbr_small', title: 'CBR-Small', kernel: 7 },
];

function variant({ id, title, kernel }: Row): Variant {
  const inputSize = [224, 224] as const;
  return {
    id, family: 'CBR', title, inputSize, features, defaultWeights: null,
    preprocessing: { size: [...inputSize], channels: 3, cropShare: 0.875, interpolation: 'bilinear', ...symmetric },
    build: (options) => cbrOf(id, inputShape({ inputSize }, options), options.classes, kernel),
  };
}

export const cbr: readonly Variant[] = rows.map(variant);
