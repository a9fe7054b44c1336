// The arms of a comparison: every backbone with every strategy, and the controls that transfer has to beat.
import { basename } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { ArmRecord, ComparisonOptions } from '#contract/comparison.ts';
import { strategy } from '../learning/index.ts';
import { variant } from '../nets/index.ts';

/** The network of the control that is trained from nothing: small enough to come to an end. Raghu et al. 2019 found such networks level with large ones without pretraining. */
const fromScratchBackbone = 'cbr_tiny';
/** Its pictures, at half the usual side: a quarter of the time. */
export const fromScratchSize: [number, number] = [112, 112];

/** In the order in which they are run: what costs next to nothing first. Throws `not-found` for an unknown backbone or strategy, `invalid` for an arm that is there twice. */
export function armsOf({ backbones, strategies }: Pick<ComparisonOptions, 'backbones' | 'strategies'>): ArmRecord[] {
  const first = backbones[0]!.backbone;
  const grid = strategies.flatMap((id) => backbones.map(({ backbone, weights }): ArmRecord => {
    variant(backbone);
    // Which weights only matters for the name where they are not the backbone's own.
    return { id: `${strategy(id).id}/${backbone}${weights === null ? '' : `:${basename(weights)}`}`, control: null, backbone, weights, strategy: id };
  }));
  const twice = grid.find(({ id }, i) => grid.findIndex((other) => other.id === id) < i);
  if (twice) throw new StudioError('invalid', 'comparison.twice', { arm: twice.id }, `The arm ${twice.id} is there twice. Name each backbone and each strategy once.`);
  return [
    { id: 'majority', control: 'majority', backbone: null, weights: null, strategy: null },
    { id: 'histogram', control: 'histogram', backbone: null, weights: null, strategy: null },
    { id: 'random-features', control: 'random-features', backbone: first, weights: 'none', strategy: 'feature-extraction' },
    ...grid,
    { id: 'from-scratch', control: 'from-scratch', backbone: fromScratchBackbone, weights: 'none', strategy: 'from-scratch' },
  ];
}
