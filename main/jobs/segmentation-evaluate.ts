// Measures a model for masks: what it says of a partition of its own run's split, picture by picture.
import { randomUUID } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import type { EvaluationRecord, Measure, Partition } from '#contract/records.ts';
import { datasetState, insertEvaluation, run } from '../db/index.ts';
import type { DatasetState, Project, StoredModel } from '../db/index.ts';
import { evaluateSegmentation } from '../evaluation/segmentation.ts';
import type { ObjectMask, SegmentedPicture } from '../evaluation/segmentation-picture.ts';
import { labelMap, maskOf, unpackLabels } from '../masks/index.ts';
import { predictDocument } from './predict-document.ts';
import { jobImage } from './pictures.ts';
import type { RunPicture } from './pictures.ts';
import type { JobControl, JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';

/** @param asked the pictures of the partition. @returns how the job ended; the record is stored */
export async function evaluateMasks(runner: JobRunner, project: Project, stored: StoredModel, asked: readonly RunPicture[], { partition, look, control }: { readonly partition: Partition; readonly look: number | null; readonly control: JobControl }): Promise<'finished' | 'stopped'> {
  const { db } = project, { splitId, options } = run(db, stored.record.runId);
  const said = new Map<string, Uint8Array>(), unread: string[] = [];
  await superviseUnder(control, runner.platform, predictDocument(runner.platform, project, stored, asked.map(jobImage), control.jobId), (news) => {
    if (news.type === 'progress') control.progress(news);
    else if (news.type === 'masks') for (const { id, labels } of news.predictions) labels === null ? unread.push(id) : said.set(id, unpackLabels(labels).labels);
  });
  if (said.size + unread.length < asked.length) return 'stopped';
  if (said.size === 0) throw new StudioError('unreadable', 'evaluation.unread', {}, 'None of the pictures of this partition could be read.');
  const state = datasetState(db, splitId);
  const measures = evaluateSegmentation({ classes: stored.record.classes, seed: options.seed, pictures: asked.flatMap((picture) => (said.has(picture.id) ? [segmented(picture, state, said.get(picture.id)!)] : [])) });
  const none: Measure = { value: null, low: null, high: null };
  insertEvaluation(db, {
    id: randomUUID(), modelId: stored.record.id, partition, createdAt: new Date().toISOString(), selection: partition === 'validation', look, segmentation: measures,
    n: measures.n, subjects: measures.subjects, classes: stored.record.classes, intervals: measures.intervals,
    // Pixels say nothing of how good masks are: most are background.
    accuracy: none, balancedAccuracy: none, auc: none, logLoss: none, majority: { className: '', accuracy: 0 }, perClass: [], confusion: [],
    warnings: unread.length > 0 ? [`${unread.length} ${unread.length === 1 ? 'picture' : 'pictures'} could not be read and ${unread.length === 1 ? 'is' : 'are'} not counted.`] : [],
  } satisfies EvaluationRecord);
  return 'finished';
}

function segmented({ id, image: { width, height, pixelSpacing, subject } }: RunPicture, { annotations, classes }: DatasetState, predicted: Uint8Array): SegmentedPicture {
  const own = annotations.filter(({ imageId }) => imageId === id);
  const learnt = new Map(classes.filter(({ name }) => name !== 'ignore').map((one, index) => [one.id, index]));
  const objects = own.flatMap(({ classId, geometry }): ObjectMask[] => {
    const mask = maskOf(geometry, { width, height }), classIndex = learnt.get(classId);
    return mask && classIndex !== undefined ? [{ classIndex, mask }] : [];
  });
  // One mask of a class in a picture may well be all of its objects together.
  const apart = objects.some(({ classIndex }, i) => objects.findIndex((other) => other.classIndex === classIndex) !== i);
  return { id, subject, width, height, spacing: pixelSpacing, reference: labelMap(own, classes, width, height), predicted, ...(apart && { objects }) };
}
