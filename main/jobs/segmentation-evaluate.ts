// Measures a model for masks: what it says of a partition of its own run's split, made once and kept, picture by picture.
import { randomUUID } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import type { EvaluationRecord, Measure, Partition } from '#contract/records.ts';
import { datasetState, insertEvaluation, insertMaskPredictions, maskPredictionsOf, run } from '../db/index.ts';
import type { DatasetState, Project, StoredMasks, StoredModel } from '../db/index.ts';
import { evaluateSegmentation } from '../evaluation/index.ts';
import type { ObjectMask, SegmentedPicture } from '../evaluation/index.ts';
import { decode } from '../images/index.ts';
import { labelMap, maskClasses, maskOf, planesOf, unpackLabels } from '../masks/index.ts';
import { predictDocument } from './predict-document.ts';
import { jobImage } from './pictures.ts';
import type { RunPicture } from './pictures.ts';
import type { JobControl, JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';

/** @param asked the pictures of the partition. @returns how the job ended; the record is stored */
export async function evaluateMasks(runner: JobRunner, project: Project, stored: StoredModel, asked: readonly RunPicture[], { partition, look, control }: { readonly partition: Partition; readonly look: number | null; readonly control: JobControl }): Promise<'finished' | 'stopped'> {
  const { db } = project, { splitId, options } = run(db, stored.record.runId);
  const kept = await predictMasksOf(runner, project, stored, asked, control);
  if (kept === null) return 'stopped';
  const state = datasetState(db, splitId), readable = asked.filter(({ id }) => kept.get(id)?.labels != null), unread = asked.length - readable.length;
  if (readable.length === 0) throw new StudioError('unreadable', 'evaluation.unread', {}, 'None of the pictures of this partition could be read.');
  const pictures: SegmentedPicture[] = [];
  for (const picture of readable) pictures.push(await segmented(project, picture, state, kept.get(picture.id)!));
  const measures = evaluateSegmentation({ classes: stored.record.classes, seed: options.seed, pictures });
  const none: Measure = { value: null, low: null, high: null };
  insertEvaluation(db, {
    id: randomUUID(), modelId: stored.record.id, partition, createdAt: new Date().toISOString(), selection: partition === 'validation', look, segmentation: measures,
    n: measures.n, subjects: measures.subjects, classes: stored.record.classes, intervals: measures.intervals,
    // Pixels say nothing of how good masks are: most are background.
    accuracy: none, balancedAccuracy: none, auc: none, logLoss: none, majority: { className: '', accuracy: 0 }, perClass: [], confusion: [],
    warnings: unread > 0 ? [`${unread} ${unread === 1 ? 'picture' : 'pictures'} could not be read and ${unread === 1 ? 'is' : 'are'} not counted.`] : [],
  } satisfies EvaluationRecord);
  return 'finished';
}

/** Masks by picture id, those that were kept included. Null when it was stopped before all were there. */
async function predictMasksOf(runner: JobRunner, project: Project, stored: StoredModel, asked: readonly RunPicture[], control: JobControl): Promise<ReadonlyMap<string, StoredMasks> | null> {
  const { db } = project, modelId = stored.record.id, known = maskPredictionsOf(db, modelId);
  const missing = asked.filter(({ id }) => known.get(id)?.labels == null).map(jobImage);
  if (missing.length > 0) {
    await superviseUnder(control, runner.platform, { ...predictDocument(runner.platform, project, stored, missing, control.jobId), besides: ['blobs'] }, (news) => {
      if (news.type === 'progress') control.progress(news);
      else if (news.type === 'masks') insertMaskPredictions(db, modelId, news.predictions.map(({ id, blobs, error }) => ({ imageId: id, labels: blobs?.labels ?? null, probabilities: blobs?.probabilities ?? null, error })));
    });
  }
  const all = maskPredictionsOf(db, modelId);
  return asked.every(({ id }) => all.has(id)) ? all : null;
}

/** What the model was found to say of a picture. */
export async function keptLabels({ blobs }: Project, { labels }: StoredMasks): Promise<Uint8Array | null> {
  return labels === null ? null : unpackLabels((await blobs.get(labels)).toString()).labels;
}

async function segmented(project: Project, { id, image: { width, height, pixelSpacing, subject } }: RunPicture, { annotations, classes }: DatasetState, stored: StoredMasks): Promise<SegmentedPicture> {
  const own = annotations.filter(({ imageId }) => imageId === id), indices = new Map(maskClasses(classes).map((one, index) => [one.id, index]));
  const objects = own.flatMap(({ classId, geometry }): ObjectMask[] => {
    const mask = maskOf(geometry, { width, height }), classIndex = indices.get(classId);
    return mask && classIndex !== undefined ? [{ classIndex, mask }] : [];
  });
  // One mask of a class in a picture may well be all of its objects together.
  const apart = objects.some(({ classIndex }, i) => objects.findIndex((other) => other.classIndex === classIndex) !== i);
  const predicted = await keptLabels(project, stored) ?? new Uint8Array(width * height);
  const { data } = stored.probabilities === null ? { data: null } : await decode(await project.blobs.get(stored.probabilities));
  return {
    id, subject, width, height, spacing: pixelSpacing, reference: labelMap(own, classes, width, height), predicted,
    ...(data instanceof Uint8Array && { probabilities: planesOf(data, width * height) }), ...(apart && { objects }),
  };
}
