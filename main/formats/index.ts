// The annotation formats, in the order in which a source is tried. A new format: one file, one line here.
import { StudioError } from '#contract/errors.ts';
import { coco } from './coco.ts';
import type { AnnotationFormat } from './format.ts';
import { csv } from './labels-csv.ts';
import { masks, masksBinary, masksObjects, nifti } from './masks.ts';
import type { Source } from './source.ts';
import { voc } from './voc.ts';
import { yolo } from './yolo.ts';

export const formats: readonly AnnotationFormat[] = [coco, voc, yolo, masksObjects, masksBinary, masks, nifti, csv];

/** @throws StudioError not-found, listing what there is */
export function annotationFormat(id: string): AnnotationFormat {
  const found = formats.find((format) => format.id === id);
  if (found) return found;
  const list = formats.map((format) => format.id).join(', ');
  throw new StudioError('not-found', 'annotations.format', { id, list }, `There is no annotation format ${id}. There are ${list}.`);
}

/** The first format that the files look like. @throws StudioError unreadable when there is none */
export async function detectFormat(source: Source): Promise<AnnotationFormat> {
  for (const format of formats) if (await format.detect(source)) return format;
  throw new StudioError('unreadable', 'annotations.undetected', {}, `No annotation format was recognised. Name it; there are ${formats.map(({ id }) => id).join(', ')}.`);
}

export { bounds } from './bounds.ts';
export { readCsv, writeCsv } from './csv.ts';
export { findColumns } from './labels-csv.ts';
export { maskMeasuresCsv } from './mask-measures.ts';
export { partitionNamed } from './gather.ts';
export { indexPictures } from './pictures.ts';
export { openSource } from './source.ts';
export { annotationRecords, annotationSet } from './records.ts';
export type { CsvRow } from './csv.ts';
export type { AnnotatedPicture, AnnotationFormat, AnnotationSet, Mark, Problem, ProblemKind, ReadAnnotations, WrittenAnnotations, WrittenFile } from './format.ts';
export type { KnownPicture, PictureIndex } from './pictures.ts';
export type { Source } from './source.ts';
