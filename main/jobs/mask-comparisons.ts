// What a model drew on pictures that it was measured on, beside what the reference says of them now, and beside other models.
import { StudioError } from '#contract/errors.ts';
import type { Partition } from '#contract/records.ts';
import type { MaskComparison, MaskDifference, PictureMaskScores } from '#contract/segmentation.ts';
import { annotationsOf, classes, evaluations, image, maskPredictionsOf, model } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { numbered, pairedDifference } from '../evaluation/index.ts';
import { encode, ignored, labelMap } from '../masks/index.ts';
import { keptLabels } from './segmentation-evaluate.ts';

/** In the order asked; pictures that the model was not measured on are left out. */
export async function maskComparisons(project: Project, modelId: string, imageIds: readonly string[]): Promise<MaskComparison[]> {
  const { db } = project, { record } = model(db, modelId), kept = maskPredictionsOf(db, modelId), known = classes(db);
  const found: MaskComparison[] = [];
  for (const imageId of imageIds) {
    const stored = kept.get(imageId), said = stored && await keptLabels(project, stored);
    if (!said) continue;
    const { width, height } = image(db, imageId), reference = labelMap(annotationsOf(db, imageId), known, width, height);
    const ofClasses = (map: Uint8Array) => record.classes.map((_, c) => encode(map.map((label) => Number(label === c + 1)), width, height));
    found.push({ imageId, width, height, reference: ofClasses(reference), predicted: ofClasses(said), open: encode(reference.map((label) => Number(label === ignored)), width, height), probabilities: stored.probabilities !== null });
  }
  return found;
}

/** On the pictures that both were measured on. Models that were not measured on the partition are left out. */
export function maskDifferences({ db }: Project, modelId: string, others: readonly string[], partition: Partition): MaskDifference[] {
  const latest = (id: string): readonly PictureMaskScores[] => evaluations(db, model(db, id).record.id).findLast((one) => one.partition === partition)?.segmentation?.perImage ?? [];
  const own = new Map(latest(modelId).map((one) => [one.id, one]));
  return others.flatMap((other): MaskDifference[] => {
    const pairs = latest(other).flatMap((theirs) => { const mine = own.get(theirs.id); return mine ? [{ mine: mine.dice, theirs: theirs.dice, subject: mine.subject ?? mine.id }] : []; });
    if (pairs.length === 0) return [];
    const options = { ...numbered(pairs.map(({ subject }) => subject)), replicates: 2000, seed: 1, level: 0.95 };
    return [{
      modelId: other, n: pairs.length, difference: pairedDifference(pairs.map(({ theirs }) => theirs), pairs.map(({ mine }) => mine), options),
      better: pairs.filter(({ mine, theirs }) => theirs > mine).length, worse: pairs.filter(({ mine, theirs }) => theirs < mine).length,
    }];
  });
}

/** The grey PNG of a model's probabilities for a picture, its classes one below the other. Throws `not-found` where none were kept. */
export async function keptProbabilities({ db, blobs }: Project, modelId: string, imageId: string): Promise<Uint8Array> {
  const blob = maskPredictionsOf(db, modelId).get(imageId)?.probabilities;
  if (blob == null) throw new StudioError('not-found', 'model.no-probabilities', { model: modelId, image: imageId }, 'No probabilities of this model are kept for this picture. Measure the model again.');
  return blobs.get(blob);
}
