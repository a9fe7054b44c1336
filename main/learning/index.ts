// What the learning room holds: strategies and plans for whoever asks, and the jobs that carry them out.
import type { ActivationDocument, InsideDocument, AdaptDocument, CompareDocument, FindRateDocument, PredictDocument, RankDocument, SitesDocument, TrainDocument } from '#contract/jobs.ts';
import type { MeasureDocument, TimeDocument } from '#contract/jobs.ts';
import type { JobIo } from '../jobs/io.ts';

export { strategies, strategy } from './strategies/index.ts';
export type { Recipe, Strategy } from './strategies/index.ts';
export { makePlan } from './plan.ts';
export { costKey, estimateRun } from './trials/estimate.ts';
export type { PlanRequest } from './plan.ts';

// Jobs load engines; who only asks for a plan should not.

/** Trains a model as the document says. Throws StudioError for what a person can mend. */
export async function train(document: TrainDocument, io: JobIo): Promise<void> {
  await (await import('./job.ts')).train(document, io);
}

/** Tells the loss of the run's first steps while the rate rises, and the rates that it suggests. */
export async function findRate(document: FindRateDocument, io: JobIo): Promise<void> {
  await (await import('./trials/find-rate.ts')).findRate(document, io);
}

/** Tells what the steps of a run cost on this machine. */
export async function measure(document: MeasureDocument, io: JobIo): Promise<void> {
  await (await import('./trials/measure.ts')).measure(document, io);
}

/** Tells how long a picture takes through networks on this machine. */
export async function timeNetworks(document: TimeDocument, io: JobIo): Promise<void> {
  await (await import('./trials/time-networks.ts')).timeNetworks(document, io);
}

/** Tells the probabilities of each picture in the document, or why it has none. */
export async function predict(document: PredictDocument, io: JobIo): Promise<void> {
  await (await import('./predict.ts')).predict(document, io);
}

/** Tells what a network makes of one picture. */
export async function lookInside(document: InsideDocument, io: JobIo): Promise<void> {
  await (await import('./inspection/inside.ts')).lookInside(document, io);
}

/** Tells where in each picture the evidence for each class lies. */
export async function activate(document: ActivationDocument, io: JobIo): Promise<void> {
  await (await import('./inspection/activation.ts')).activate(document, io);
}

/** Tells for each backbone how well its features suit the labels. */
export async function rank(document: RankDocument, io: JobIo): Promise<void> {
  await (await import('./ranking/index.ts')).rank(document, io);
}

/** Tells for each arm and held-out fold what the arm's model says of the fold. */
export async function compare(document: CompareDocument, io: JobIo): Promise<void> {
  await (await import('./comparison/index.ts')).compare(document, io);
}

/** Tells for each site how far its pictures lie from those of the others. */
export async function measureSites(document: SitesDocument, io: JobIo): Promise<void> {
  await (await import('./adaptation/index.ts')).measureSites(document, io);
}

/** Hands over a model for pictures of which no class is known. */
export async function adapt(document: AdaptDocument, io: JobIo): Promise<void> {
  await (await import('./adaptation/index.ts')).adapt(document, io);
}
