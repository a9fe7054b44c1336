// Which frozen stages of a U-Net run once, their outputs kept for all epochs.
import type { Network } from '../../nets/graph.ts';
import { crossing, shapes } from '../../nets/index.ts';
import { sizeOf } from '../../tensor.ts';
import type { MaskRecipe } from './recipe.ts';

/** Kept maps may take this much memory; more, and the tiles go through the whole network in every epoch. */
const keptBudget = 1.5 * 2 ** 30;

/** Examples of a run: random tiles of an epoch, and those of the grid that covers the validation pictures. */
export interface TileCounts {
  readonly training: number;
  readonly validation: number;
}

/** @returns how many stages of the network a phase finds kept; 0 = it is fed with tiles */
export function keptStages(network: Network, { phases, views }: Pick<MaskRecipe, 'phases' | 'views'>, index: number, tiles: TileCounts): number {
  const stages = phases[index]!.rates.findIndex((rate) => rate !== null);
  if (stages < 1 || views === 0 || index > 0) return 0;
  return keptBytes(network, stages, tiles.training * views + tiles.validation) > keptBudget ? 0 : stages;
}

/** Bytes of the outputs of the first `stages` stages for so many tiles. */
export function keptBytes(network: Network, stages: number, tiles: number): number {
  const known = shapes(network);
  return 4 * tiles * crossing(network, stages).reduce((sum, node) => sum + sizeOf(known.get(node) ?? []), 0);
}
