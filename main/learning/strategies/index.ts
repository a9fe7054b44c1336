// The strategies, in the order in which they are offered. Adding one: a file beside this one, a line in the list.
import { StudioError } from '#contract/errors.ts';
import { featureExtraction } from './feature-extraction.ts';
import { fineTune } from './fine-tune.ts';
import { fromScratch } from './from-scratch.ts';
import { knn } from './knn.ts';
import { lpFt } from './lp-ft.ts';
import type { Strategy } from './strategy.ts';

export const strategies: readonly Strategy[] = [lpFt, featureExtraction, fineTune, knn, fromScratch];

/** Throws `not-found`, listing what there is. */
export function strategy(id: string): Strategy {
  const found = strategies.find((one) => one.id === id);
  if (found) return found;
  const list = strategies.map((one) => one.id).join(', ');
  throw new StudioError('not-found', 'strategy.unknown', { id, list }, `There is no strategy ${id}. There are ${list}.`);
}

export type { Recipe, Strategy } from './strategy.ts';
