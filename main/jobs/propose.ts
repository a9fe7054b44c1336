// Proposals: what a model says of pictures that nobody has given a class, kept like any prediction.
import { StudioError } from '#contract/errors.ts';
import type { JobImage } from '#contract/jobs.ts';
import type { ImageRecord, PredictionRecord } from '#contract/records.ts';
import { datasetState, insertPredictions, model, predictionsOf, run } from '../db/index.ts';
import type { DatasetState, Project, StoredModel } from '../db/index.ts';
import { startAsking } from './asking.ts';
import { said } from './predict.ts';
import type { JobRunner } from './runner.ts';

/** Predicts what was not predicted before. Throws `refused` when every picture has a class. */
export function startProposals(runner: JobRunner, project: Project, modelId: string): string {
  const { db } = project, stored = model(db, modelId);
  if (run(db, stored.record.runId).options.crops !== null) throw new StudioError('refused', 'proposals.boxes', {}, 'This model was trained on what is in boxes, so it proposes nothing for whole pictures. Train one on whole pictures for that.');
  const state = stateOf(project, stored);
  const given = new Set(state.annotations.filter(({ geometry }) => geometry === null).map(({ imageId }) => imageId));
  const open = state.images.filter(({ id, excluded }) => !excluded && !given.has(id) && !isTest(state, id));
  if (open.length === 0) throw new StudioError('refused', 'proposals.none-open', {}, 'Every picture has a class already, so there is nothing to propose.');
  const known = predictionsOf(db, modelId);
  const images = open.filter(({ id }) => known.get(id)?.probabilities == null).map(({ id, sha256 }): JobImage => ({ id, source: { blob: sha256 }, partition: null, targets: [], group: id }));
  return startAsking(runner, project, stored, images, undefined, (news) => {
    if (news.type !== 'predictions') return 0;
    insertPredictions(db, modelId, news.predictions.map(({ id, probabilities, error }) => ({ imageId: id, probabilities, error })));
    return news.predictions.length;
  });
}

/** What is known, in the order asked; pictures of the model's test partition and those without a prediction are left out. */
export function keptProposals(project: Project, modelId: string, imageIds: readonly string[]): PredictionRecord[] {
  const { db, record: { task } } = project, stored = model(db, modelId), { classes } = stored.record;
  const known = predictionsOf(db, modelId), state = stateOf(project, stored);
  const images = new Map<string, ImageRecord>(state.images.map((image) => [image.id, image]));
  return imageIds.flatMap((id): PredictionRecord[] => {
    const image = images.get(id), probabilities = known.get(id)?.probabilities;
    return !image || !probabilities || isTest(state, id) ? [] : [{ imageId: id, path: image.path, className: said(probabilities, classes, task), probabilities: [...probabilities], error: null }];
  });
}

/** The project now, with the split that the model was trained with. */
function stateOf({ db }: Project, { record: { runId } }: StoredModel): DatasetState {
  return datasetState(db, run(db, runId).splitId);
}

const isTest = ({ assignments }: DatasetState, imageId: string) => assignments.get(imageId)?.partition === 'test';
