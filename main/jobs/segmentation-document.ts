// What a run for masks is told besides: the classes that a network tells apart, tiles instead of framed pictures, and the label map of every picture.
import { setImmediate } from 'node:timers/promises';
import type { Mask } from '#contract/geometry.ts';
import type { JobImage, TrainDocument } from '#contract/jobs.ts';
import type { ClassRecord } from '#contract/records.ts';
import type { DatasetState } from '../db/index.ts';
import { maskNetwork, maskRecipe, tiledPreprocessing } from '../learning/segmentation/index.ts';
import type { PictureSizes } from '../learning/segmentation/index.ts';
import { receptiveRadius, variant } from '../nets/index.ts';
import { labelMap, maskClasses, maskOf, packLabels } from '../masks/index.ts';
import type { Extent } from '../masks/index.ts';

type Document = Omit<TrainDocument, 'jobId'>;

/** Classes in the order of a model's outputs: for masks all but the one that marks what nobody knows. */
export function learntClasses({ task, classes }: Pick<DatasetState, 'task' | 'classes'>): readonly ClassRecord[] {
  return task === 'segmentation' ? maskClasses(classes) : classes;
}

/** The document with the preprocessing of its network: tiles for a U-Net; for a classifier that begins with one, pictures framed as for its backbone's own weights. */
export function withTiles(document: Document): Document {
  const { preprocessing: { tiles, ...preprocessing }, backbone } = document;
  if (document.task !== 'segmentation' && tiles !== undefined) {
    const { size, cropShare } = variant(backbone).preprocessing;
    return { ...document, preprocessing: { ...preprocessing, size, cropShare } };
  }
  return document.task === 'segmentation' ? { ...document, preprocessing: tiledPreprocessing(preprocessing, maskRecipe(document), receptiveRadius(maskNetwork(document))) } : document;
}

/** Sizes of all pictures, by id: how many tiles there will be follows from them. */
export const pictureSizes = ({ images }: Pick<DatasetState, 'images'>): PictureSizes => new Map(images.map((record) => [record.id, record]));

/** The document as its job is given it: for masks with the label map of every picture, and with its objects where the run weighs the gaps between them. */
export async function withLabels<D extends Document>(document: D, { images: records, annotations, classes }: DatasetState): Promise<D> {
  if (document.task !== 'segmentation') return document;
  const sizes = new Map(records.map((record) => [record.id, record])), own = Map.groupBy(annotations, ({ imageId }) => imageId);
  const weighed = maskRecipe(document).loss === 'boundary', images: JobImage[] = [];
  for (const image of document.images) {
    const { width, height } = sizes.get(image.id)!, drawn = own.get(image.id) ?? [];
    const objects = weighed && image.partition === 'train' ? objectsApart(drawn, classes, { width, height }) : null;
    images.push({ ...image, labels: packLabels({ width, height, labels: labelMap(drawn, classes, width, height) }), ...(objects && { objects }) });
    // Large pictures take a while: calls are answered in between.
    await setImmediate();
  }
  return { ...document, images };
}

/** The objects of a picture in the order in which the label map draws them; null where no class has two, since one mask may well be all objects of its class together. */
function objectsApart(drawn: DatasetState['annotations'], classes: readonly ClassRecord[], extent: Extent): Mask[] | null {
  const perClass = maskClasses(classes).map(({ id }) => drawn.flatMap(({ classId, geometry }) => (classId === id ? maskOf(geometry, extent) ?? [] : [])));
  return perClass.some((masks) => masks.length > 1) ? perClass.flat() : null;
}
