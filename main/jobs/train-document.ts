// What a run is to do, as one document: pictures with partitions, weights, strategy, and everything that a repetition needs.
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { StudioError } from '#contract/errors.ts';
import { PROTOCOL } from '#contract/jobs.ts';
import type { JobImage, TrainDocument } from '#contract/jobs.ts';
import { SplitOptions } from '#contract/records.ts';
import type { SplitRecord } from '#contract/records.ts';
import type { ModelRecord, RunOptions } from '#contract/runs.ts';
import { currentSplit, datasetHash, datasetState, duplicates } from '../db/index.ts';
import type { DatasetState, Project } from '../db/index.ts';
import type { Platform } from '../platform.ts';
import { chooseParent, requireAlone } from './parent.ts';
import type { ChosenParent } from './parent.ts';
import { canonicalOrder, jobImage, partitionIn, runPictures } from './pictures.ts';
import type { RunPicture } from './pictures.ts';
import { learntClasses, withTiles } from './segmentation-document.ts';
import { drawSplit } from './split.ts';
import type { DrawnSplit } from './split.ts';
import { chooseWeights, fitChannels } from './weights.ts';
import type { ChosenWeights } from './weights.ts';

export interface PreparedRun {
  readonly document: Omit<TrainDocument, 'jobId'>;
  readonly state: DatasetState;
  readonly split: SplitRecord;
  /** Set when there was no split and this one was drawn; it is not stored yet. */
  readonly drawn: DrawnSplit | null;
  readonly classIds: readonly string[];
  readonly parent: ModelRecord['parent'];
  /** As chosen: a parent says which backbone it is. */
  readonly options: RunOptions;
  readonly deltaFile: string | null;
  /** Sentences that the person should see beside the plan's own. */
  readonly notes: readonly string[];
}

/** Gathers all that a run needs and changes nothing. Pictures of the test partition stay outside: a run cannot look at them. */
export async function prepareRun(platform: Platform, project: Project, asked: RunOptions): Promise<PreparedRun> {
  const { db, blobs, record: { task } } = project;
  // First what takes time, so that the state of the project is read at one moment.
  const { weights, parent, preprocessing, deltaFile, backbone, parentModel } = await startOf(platform, project, asked);
  const options = { ...asked, backbone };
  const twins = duplicates(db);
  const known = currentSplit(db);
  const drawn = known === null ? drawSplit(datasetState(db, null), twins, SplitOptions.parse({})) : null;
  const split = known ?? drawn!.record;
  const state: DatasetState = drawn ? { ...datasetState(db, null), assignments: new Map(drawn.assignments.map((one) => [one.imageId, one])) } : datasetState(db, split.id);
  if (options.fold !== null && options.fold >= split.folds) throw new StudioError('refused', 'run.no-fold', { fold: options.fold, folds: split.folds }, split.folds === 1 ? 'The split has no folds. Make one with folds, or leave the fold out.' : `The split has the folds 0 to ${split.folds - 1}; there is no fold ${options.fold}.`);
  const learnt = learntClasses(state), classIds = learnt.map(({ id }) => id);
  const { pictures, notes } = runPictures(state, twins, classIds, options.fold, options.crops);
  return {
    document: withTiles({
      kind: 'train', protocol: PROTOCOL, runId: randomUUID(), task, blobs: blobs.folder, home: platform.home, backbone, weights,
      classes: learnt.map(({ name }) => name),
      // A trained model has its channels already.
      preprocessing: parentModel === null ? fitChannels(preprocessing, pictures) : preprocessing, threads: options.threads ?? availableParallelism(), precision: options.precision, engine: options.engine, seed: options.seed,
      ...(options.pretraining && { pretraining: { ...options.pretraining, images: unseenClasses(state, pictures, options.fold) } }), strategy: options.strategy, values: options.values, dataset: datasetHash(state), ...(parentModel && { parent: parentModel }), images: pictures.filter(({ partition }) => partition !== 'test').map(jobImage), resume: null, resumeEngine: null,
    }),
    state, split, drawn, classIds, parent, options, deltaFile,
    notes: [...(drawn ? [`There was no split, so one was made: ${counts(drawn.record)}.`] : []), ...(drawn?.record.notes ?? []), ...notes],
  };
}

/** All pictures but those of the test partition, and without their classes. */
function unseenClasses({ images, assignments }: DatasetState, pictures: readonly RunPicture[], fold: number | null): JobImage[] {
  const groups = new Map(pictures.map(({ image, group }) => [image.id, group]));
  return canonicalOrder(images).filter(({ id, excluded }) => {
    const assignment = assignments.get(id);
    return !excluded && (assignment === undefined || partitionIn(assignment, fold) !== 'test');
  }).map(({ id, sha256 }) => ({ id, source: { blob: sha256 }, partition: null, targets: [], group: groups.get(id) ?? id }));
}

/** Pretrained or random weights of a backbone, or a model. */
async function startOf(platform: Platform, project: Project, options: RunOptions): Promise<ChosenWeights & { readonly backbone: string; readonly parentModel: ChosenParent['parentModel'] | null }> {
  if (options.parent === null) return { ...await chooseWeights(platform, options), backbone: options.backbone, parentModel: null };
  requireAlone(options);
  return chooseParent(project, options.parent);
}

function counts({ counts: { train, validation, test } }: SplitRecord): string {
  return `${train} training, ${validation} validation and ${test} test pictures`;
}
