// What a run for masks is told besides: the classes that a network tells apart, tiles instead of framed pictures, and the label map of every picture.
import type { JobImage, TrainDocument } from '#contract/jobs.ts';
import type { ClassRecord } from '#contract/records.ts';
import type { DatasetState } from '../db/index.ts';
import { maskRecipe, tiledPreprocessing } from '../learning/segmentation/index.ts';
import { labelMap, maskClasses, packLabels } from '../masks/index.ts';

type Document = Omit<TrainDocument, 'jobId'>;

/** Classes in the order of a model's outputs: for masks all but the one that marks what nobody knows. */
export function learntClasses({ task, classes }: Pick<DatasetState, 'task' | 'classes'>): readonly ClassRecord[] {
  return task === 'segmentation' ? maskClasses(classes) : classes;
}

/** The document with the preprocessing of its U-Net; a model that it begins with has one already. */
export function withTiles(document: Document): Document {
  const { preprocessing } = document;
  return document.task === 'segmentation' ? { ...document, preprocessing: tiledPreprocessing(preprocessing, maskRecipe(document)) } : document;
}

/** The pictures with their label maps. */
export function withLabels(images: readonly JobImage[], { images: records, annotations, classes }: DatasetState): JobImage[] {
  const sizes = new Map(records.map((record) => [record.id, record]));
  const own = Map.groupBy(annotations, ({ imageId }) => imageId);
  return images.map((image) => {
    const { width, height } = sizes.get(image.id)!;
    return { ...image, labels: packLabels({ width, height, labels: labelMap(own.get(image.id) ?? [], classes, width, height) }) };
  });
}
