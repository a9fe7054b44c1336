// Measures a model: predictions for a partition of its own run's split, made once and kept, then every figure of an evaluation.
import { randomUUID } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import type { EvaluationRecord, Partition } from '#contract/records.ts';
import { countLook, datasetState, duplicates, insertEvaluation, insertPredictions, model, predictionsOf, run, runEvents, runOrigin } from '../db/index.ts';
import type { Project, StoredModel, StoredPrediction } from '../db/index.ts';
import { evaluate, evaluateMultilabel } from '../evaluation/index.ts';
import type { Measures } from '../evaluation/index.ts';
import type { Platform } from '../platform.ts';
import { jobImage, runPictures } from './pictures.ts';
import type { RunPicture } from './pictures.ts';
import { predictDocument } from './predict-document.ts';
import type { JobControl, JobRunner } from './runner.ts';
import { evaluateMasks } from './segmentation-evaluate.ts';
import { superviseUnder } from './supervised.ts';

/** @returns id of the job; the look at the test partition is counted before it begins */
export function startEvaluation(runner: JobRunner, project: Project, modelId: string, partition: Partition): string {
  const stored = model(project.db, modelId);
  const pictures = picturesOf(project, stored);
  if (!pictures.some((one) => one.partition === partition)) throw new StudioError('refused', 'evaluation.empty', { partition }, `There is no labelled picture in the ${partition} partition of this model's split. Label some, or choose another partition.`);
  const look = partition === 'test' ? countLook(project.db, modelId, run(project.db, stored.record.runId).splitId) : null;
  return runner.start(project, {
    kind: 'evaluate',
    lane: 'compute',
    subjectId: modelId,
    async work(control) {
      const asked = pictures.filter((one) => one.partition === partition);
      if (project.record.task === 'segmentation') return evaluateMasks(runner, project, stored, asked, { partition, look, control });
      const predictions = await predictAll(runner.platform, project, stored, asked, control);
      if (predictions === null) return 'stopped';
      insertEvaluation(project.db, measure(project, stored, partition, look, pictures, predictions));
      return 'finished';
    },
  });
}

/** The labelled pictures of the split that the model was trained with: what was in its training partition stays there. */
export function picturesOf({ db }: Project, { record: { runId } }: StoredModel): readonly RunPicture[] {
  const { splitId, options } = run(db, runId);
  return runPictures(datasetState(db, splitId), duplicates(db), runOrigin(db, runId).classIds, options.fold, options.crops).pictures;
}

/** Predictions by picture id, those that were kept included. Null when it was stopped before all were there. */
export async function predictAll(platform: Platform, project: Project, stored: StoredModel, pictures: readonly RunPicture[], control: JobControl): Promise<ReadonlyMap<string, StoredPrediction> | null> {
  const { db } = project, modelId = stored.record.id;
  const known = predictionsOf(db, modelId);
  const missing = pictures.filter(({ id }) => known.get(id)?.probabilities == null).map(jobImage);
  if (missing.length > 0) {
    await superviseUnder(control, platform, predictDocument(platform, project, stored, missing, control.jobId), (news) => {
      if (news.type === 'predictions') insertPredictions(db, modelId, news.predictions.map(({ id, probabilities, error }) => ({ imageId: id, probabilities, error })));
      else if (news.type === 'progress') control.progress(news);
    });
  }
  const all = predictionsOf(db, modelId);
  return pictures.every(({ id }) => all.has(id)) ? all : null;
}

function measure(project: Project, { record }: StoredModel, partition: Partition, look: number | null, pictures: readonly RunPicture[], predictions: ReadonlyMap<string, StoredPrediction>): EvaluationRecord {
  const asked = pictures.filter((one) => one.partition === partition);
  const measured = asked.filter(({ id }) => predictions.get(id)?.probabilities != null);
  const unread = asked.length - measured.length;
  const training = pictures.filter((one) => one.partition === 'train');
  const common = {
    classes: record.classes,
    probabilities: measured.map(({ id }) => predictions.get(id)?.probabilities ?? []),
    subjects: measured.map(({ image }) => image.subject),
    majorityClass: commonest(training, record.classes.length),
    seed: run(project.db, record.runId).options.seed,
  };
  const measures: Measures = project.record.task === 'multilabel'
    ? evaluateMultilabel({ ...common, references: measured.map(({ targets }) => targets) })
    : evaluate({ ...common, references: measured.map(({ targets }) => targets[0] ?? 0) });
  return {
    ...measures,
    id: randomUUID(), modelId: record.id, partition, createdAt: new Date().toISOString(), look,
    selection: partition === 'validation' && wasChosenOnValidation(project, record.runId),
    warnings: [...(unread > 0 ? [`${unread} ${unread === 1 ? 'picture' : 'pictures'} could not be read and ${unread === 1 ? 'is' : 'are'} not counted.`] : []), ...measures.warnings],
  };
}

function commonest(pictures: readonly RunPicture[], classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (const { targets } of pictures) for (const target of targets) counts[target] = (counts[target] ?? 0) + 1;
  return counts.indexOf(Math.max(...counts));
}

/** A phase of steps keeps the epoch with the best validation loss, so the figures on that partition flatter the model. */
function wasChosenOnValidation({ db }: Project, runId: string): boolean {
  return runEvents(db, runId).some(({ body }) => body.type === 'plan' && body.plan.phases.some(({ kind }) => kind === 'train'));
}
