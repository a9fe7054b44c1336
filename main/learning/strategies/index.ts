// The strategies, in the order in which they are offered. Adding one: a file beside this one, a line in the list.
import { StudioError } from '#contract/errors.ts';
import { bss } from './bss.ts';
import { chosenStages } from './chosen-stages.ts';
import { coTuning } from './co-tuning.ts';
import { delta } from './delta.ts';
import { discriminative } from './discriminative.ts';
import { ewc } from './ewc.ts';
import { featureExtraction } from './feature-extraction.ts';
import { fineTune } from './fine-tune.ts';
import { fromScratch } from './from-scratch.ts';
import { gradualUnfreezing } from './gradual-unfreezing.ts';
import { hiddenHead } from './hidden-head.ts';
import { knn } from './knn.ts';
import { l2Sp } from './l2-sp.ts';
import { lastStages } from './last-stages.ts';
import { lpFt } from './lp-ft.ts';
import { lwf } from './lwf.ts';
import { mixup } from './mixup.ts';
import { oneRate } from './one-rate.ts';
import { rehearsal } from './rehearsal.ts';
import type { Strategy } from './strategy.ts';

export const strategies: readonly Strategy[] = [lpFt, featureExtraction, lastStages, fineTune, chosenStages, gradualUnfreezing, fromScratch, hiddenHead, discriminative, oneRate, mixup, l2Sp, ewc, lwf, rehearsal, coTuning, delta, bss, knn];

/** Throws `not-found`, listing what there is. */
export function strategy(id: string): Strategy {
  const found = strategies.find((one) => one.id === id);
  if (found) return found;
  const list = strategies.map((one) => one.id).join(', ');
  throw new StudioError('not-found', 'strategy.unknown', { id, list }, `There is no strategy ${id}. There are ${list}.`);
}

export type { Recipe, Strategy } from './strategy.ts';
