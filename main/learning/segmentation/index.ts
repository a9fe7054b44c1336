// The room of masks: training a U-Net, what it costs beforehand, and what it says of pictures.
import type { FindRateDocument, MeasureDocument, PredictDocument, TrainDocument } from '#contract/jobs.ts';
import type { JobIo } from '../../jobs/io.ts';

export { maskNetwork, maskPlan, maskRecipe, memoryOf } from './plan.ts';
export { estimateMaskRun, maskCostKey } from './estimate.ts';
export type { PictureSizes } from './estimate.ts';
export { maskAugmentation, tiledPreprocessing, withRoom } from './recipe.ts';
export { drawPlace } from './places.ts';
export { scaledLabels, scaledPicture } from './scaled.ts';
export { gridStep } from './tile-layout.ts';
export { tileChange } from './tile-change.ts';
export { maskStrategies, maskStrategy } from './strategies.ts';
export { maskModelValues } from './values.ts';

// Jobs load engines; who only asks for a plan should not.

/** Trains a model as the document says. Throws StudioError for what a person can mend. */
export async function trainMasks(document: TrainDocument, io: JobIo): Promise<void> {
  await (await import('./job.ts')).trainMasks(document, io);
}

/** Tells the loss of the run's first steps while the rate rises, and the rates that it suggests. */
export async function findMaskRate(document: FindRateDocument, io: JobIo): Promise<void> {
  await (await import('./find-rate.ts')).findMaskRate(document, io);
}

/** Tells what the steps of a run cost on this machine. */
export async function measureMasks(document: MeasureDocument, io: JobIo): Promise<void> {
  await (await import('./measure.ts')).measureMasks(document, io);
}

/** Tells the masks of all pictures of a document, one after the other; of those that are done, when it is asked to stop. */
export async function predictMasks(document: PredictDocument, io: JobIo): Promise<void> {
  await (await import('./predict.ts')).predictMasks(document, io);
}
