// What a run is to do, as one document: pictures with partitions, weights, strategy, and everything that a repetition needs.
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { StudioError } from '#contract/errors.ts';
import { PROTOCOL } from '#contract/jobs.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import { SplitOptions } from '#contract/records.ts';
import type { ModelRecord, RunOptions, SplitRecord } from '#contract/records.ts';
import { currentSplit, datasetHash, datasetState, duplicates } from '../db/index.ts';
import type { DatasetState, Project } from '../db/index.ts';
import type { Platform } from '../platform.ts';
import { jobImage, runPictures } from './pictures.ts';
import { drawSplit } from './split.ts';
import type { DrawnSplit } from './split.ts';
import { chooseWeights } from './weights.ts';

export interface PreparedRun {
  readonly document: Omit<TrainDocument, 'jobId'>;
  readonly state: DatasetState;
  readonly split: SplitRecord;
  /** Set when there was no split and this one was drawn; it is not stored yet. */
  readonly drawn: DrawnSplit | null;
  readonly classIds: readonly string[];
  readonly parent: ModelRecord['parent'];
  /** Sentences that the person should see beside the plan's own. */
  readonly notes: readonly string[];
}

/** Gathers all that a run needs and changes nothing. Pictures of the test partition stay outside: a run cannot look at them. */
export async function prepareRun(platform: Platform, { db, blobs, record: { task } }: Project, options: RunOptions): Promise<PreparedRun> {
  // First what takes time, so that the state of the project is read at one moment.
  const { weights, parent, preprocessing } = await chooseWeights(platform, options);
  const twins = duplicates(db);
  const known = currentSplit(db);
  const drawn = known === null ? drawSplit(datasetState(db, null), twins, SplitOptions.parse({})) : null;
  const split = known ?? drawn!.record;
  const state: DatasetState = drawn ? { ...datasetState(db, null), assignments: new Map(drawn.assignments.map((one) => [one.imageId, one])) } : datasetState(db, split.id);
  if (options.fold !== null && options.fold >= split.folds) throw new StudioError('refused', 'run.no-fold', { fold: options.fold, folds: split.folds }, split.folds === 1 ? 'The split has no folds. Make one with folds, or leave the fold out.' : `The split has the folds 0 to ${split.folds - 1}; there is no fold ${options.fold}.`);
  const classIds = state.classes.map(({ id }) => id);
  const { pictures, notes } = runPictures(state, twins, classIds, options.fold);
  return {
    document: {
      kind: 'train', protocol: PROTOCOL, runId: randomUUID(), task, blobs: blobs.folder, home: platform.home, backbone: options.backbone, weights,
      classes: state.classes.map(({ name }) => name), preprocessing, threads: options.threads ?? availableParallelism(), precision: options.precision, engine: options.engine, seed: options.seed,
      strategy: options.strategy, values: options.values, dataset: datasetHash(state), images: pictures.filter(({ partition }) => partition !== 'test').map(jobImage), resume: null, resumeEngine: null,
    },
    state, split, drawn, classIds, parent,
    notes: [...(drawn ? [`There was no split, so one was made: ${counts(drawn.record)}.`] : []), ...(drawn?.record.notes ?? []), ...notes],
  };
}

function counts({ counts: { train, validation, test } }: SplitRecord): string {
  return `${train} training, ${validation} validation and ${test} test pictures`;
}
