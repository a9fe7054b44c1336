// The plan of a run, whatever its task is.
import type { TrainDocument } from '#contract/jobs.ts';
import type { Plan } from '#contract/plan.ts';
import { makePlan } from '../learning/index.ts';
import { maskPlan } from '../learning/segmentation/index.ts';

/** Throws `refused` for what cannot work. */
export function planFor(document: Omit<TrainDocument, 'jobId'>): Plan {
  return document.task === 'segmentation' ? maskPlan(document) : makePlan(document);
}
