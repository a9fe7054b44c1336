// Which picture next: those first of which the newest model is least sure, so that an hour of labelling teaches it most.
import { StudioError } from '#contract/errors.ts';
import type { JobImage } from '#contract/jobs.ts';
import type { ModelRecord } from '#contract/runs.ts';
import { datasetState, insertMaskDoubt, maskDoubtsOf, model, models, predictionsOf, run } from '../db/index.ts';
import type { DatasetState, Project, StoredModel } from '../db/index.ts';
import { startAsking } from './asking.ts';
import { startProposals } from './propose.ts';
import type { JobRunner } from './runner.ts';

/** Puts the pictures without a label before a model, those of its test partition left out. Throws `refused` when every picture has one. */
export function startUncertainty(runner: JobRunner, project: Project, modelId: string): string {
  const { db } = project, stored = model(db, modelId);
  if (stored.record.head !== 'segmentation') return startProposals(runner, project, modelId);
  const state = stateOf(project, stored), labelled = new Set(state.annotations.map(({ imageId }) => imageId));
  const open = state.images.filter(({ id, excluded }) => !excluded && !labelled.has(id) && !isTest(state, id));
  if (open.length === 0) throw new StudioError('refused', 'proposals.none-open', {}, 'Every picture has a label already, so there is none left to choose.');
  const known = maskDoubtsOf(db, modelId);
  const images = open.filter(({ id }) => !known.has(id)).map(({ id, sha256 }): JobImage => ({ id, source: { blob: sha256 }, partition: null, targets: [], group: id }));
  return startAsking(runner, project, stored, images, ['disagreement'], (news) => {
    if (news.type !== 'masks') return 0;
    for (const { id, disagreement } of news.predictions) if (disagreement !== undefined) insertMaskDoubt(db, modelId, id, disagreement);
    return news.predictions.length;
  });
}

/** Ids with the pictures first that have no label and of which the newest model that was asked is least sure; the others keep their order. */
export function mostUncertainFirst(project: Project, ids: readonly string[]): string[] {
  const doubts = newestDoubts(project);
  if (doubts === null) return [...ids];
  const { values, state } = doubts, labelled = new Set(state.annotations.map(({ imageId }) => imageId));
  const asked = ids.filter((id) => values.has(id) && !labelled.has(id) && !isTest(state, id)), first = new Set(asked);
  return [...asked.sort((a, b) => values.get(b)! - values.get(a)!), ...ids.filter((id) => !first.has(id))];
}

/** Of the newest model that was asked about pictures of which nobody has said anything. */
function newestDoubts(project: Project): { readonly values: ReadonlyMap<string, number>; readonly state: DatasetState } | null {
  const { db } = project;
  for (const record of models(db).toReversed()) {
    const values = doubtsOf(project, record);
    if (values.size > 0) return { values, state: stateOf(project, model(db, record.id)) };
  }
  return null;
}

/** 0 = sure, 1 = as unsure as can be. Of masks, how far they change when the picture is mirrored; of classes, how close the second likeliest comes (margin: Scheffer et al. 2001, IDA). */
function doubtsOf({ db, record: { task } }: Project, { id, head, runId }: ModelRecord): ReadonlyMap<string, number> {
  if (head === 'segmentation') return maskDoubtsOf(db, id);
  if (run(db, runId).options.crops !== null) return new Map();
  return new Map([...predictionsOf(db, id)].flatMap(([imageId, { probabilities }]) => (probabilities ? [[imageId, doubt(probabilities, task === 'multilabel')] as const] : [])));
}

/** One less the margin between the two likeliest classes; where a picture may have several, of the class that is closest to one half. */
export function doubt(probabilities: readonly number[], several: boolean): number {
  if (several) return 1 - Math.min(...probabilities.map((one) => Math.abs(2 * one - 1)));
  const [first = 0, second = 0] = probabilities.toSorted((a, b) => b - a);
  return 1 - (first - second);
}

function stateOf({ db }: Project, { record: { runId } }: StoredModel): DatasetState {
  return datasetState(db, run(db, runId).splitId);
}

const isTest = ({ assignments }: DatasetState, imageId: string) => assignments.get(imageId)?.partition === 'test';
