// The plan that MobileNet v2 and EfficientNet share: stem, seven stages of inverted residual blocks, a last 1x1 convolution, pooled features.
import { build } from '../build.ts';
import { INPUT } from '../graph.ts';
import type { Network } from '../graph.ts';
import { moduleEnd } from '../stages.ts';
import { convNorm, depthwiseSeparable, invertedResidual } from './mobile-blocks.ts';
import type { Convention, Squeeze } from './mobile-blocks.ts';

/** One stage; its first block has the stride, the others stride 1. */
export interface StageRow {
  readonly expansion: number;
  readonly filters: number;
  readonly blocks: number;
  readonly stride: 1 | 2;
  readonly kernel: number;
}

export interface Plan {
  readonly convention: Convention;
  /** Filters of the stem and of the last convolution. */
  readonly stem: number;
  readonly features: number;
  readonly stages: readonly StageRow[];
  readonly squeeze: Squeeze | null;
}

/** @param input [height, width, channels] */
export function invertedResidualNetwork(id: string, input: readonly number[], classes: number, { convention, stem, features, stages, squeeze }: Plan): Network {
  return build(id, input, (b) => {
    const stemEnd = convNorm(b, convention, ['conv_stem', 'bn1'], INPUT, { filters: stem, kernel: 3, stride: 2 });
    let x = stemEnd;
    stages.forEach(({ expansion, filters, blocks, stride, kernel }, stage) => {
      for (let i = 0; i < blocks; i++) {
        const options = { filters, kernel, stride: i === 0 ? stride : 1, squeeze };
        const path = `blocks.${stage}.${i}`;
        x = expansion === 1
          ? depthwiseSeparable(b, convention, path, x, { ...options, linear: true })
          : invertedResidual(b, convention, path, x, { ...options, inside: b.channels(x) * expansion });
      }
    });
    const ends = stages.map((_, stage) => moduleEnd(b.nodes, `blocks.${stage}`));
    const last = convNorm(b, convention, ['conv_head', 'bn2'], x, { filters: features, kernel: 1 });
    const pooled = b.globalPool('global_pool', last);
    return {
      output: b.dense('classifier', pooled, classes),
      stages: [
        { name: 'stem', end: stemEnd },
        ...ends.map((end, stage) => ({ name: `blocks.${stage}`, end })),
        { name: 'conv_head', end: pooled },
        { name: 'head', end: 'classifier' },
      ],
      features: pooled,
      gradCam: last,
      // The last stage of each resolution: a stage whose successor halves the size, and the last one.
      skips: ends.filter((_, stage) => (stages[stage + 1]?.stride ?? 2) === 2),
    };
  });
}
