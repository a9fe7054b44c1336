// What a model drew on pictures that it was measured on, beside what the reference says of them now.
import type { MaskComparison } from '#contract/segmentation.ts';
import { StudioError } from '#contract/errors.ts';
import { annotationsOf, classes, image, maskPredictionsOf, model } from '../db/index.ts';
import type { Project } from '../db/index.ts';
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

/** The grey PNG of a model's probabilities for a picture, its classes one below the other. Throws `not-found` where none were kept. */
export async function keptProbabilities({ db, blobs }: Project, modelId: string, imageId: string): Promise<Uint8Array> {
  const blob = maskPredictionsOf(db, modelId).get(imageId)?.probabilities;
  if (blob == null) throw new StudioError('not-found', 'model.no-probabilities', { model: modelId, image: imageId }, 'No probabilities of this model are kept for this picture. Measure the model again.');
  return blobs.get(blob);
}
