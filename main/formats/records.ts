// Between a project's records and the plain form that formats read and write.
import { randomUUID } from 'node:crypto';
import type { ImageRow } from '#contract/overview.ts';
import type { AnnotationRecord, ClassRecord } from '#contract/records.ts';
import type { AnnotationSet, ReadAnnotations } from './format.ts';

/** What a project holds, ready to be written. Marks of a class that is not listed do not occur. */
export function annotationSet(classes: readonly ClassRecord[], rows: readonly ImageRow[]): AnnotationSet {
  const ordered = classes.toSorted((a, b) => a.order - b.order);
  const names = new Map(ordered.map(({ id, name }) => [id, name]));
  return {
    classes: ordered.map(({ name }) => name),
    pictures: rows.map(({ image: { path, width, height, subject, site, declared, pixelSpacing }, annotations, partition }) => ({
      path, width, height, subject, site, spacing: pixelSpacing,
      partition: partition ?? declared,
      marks: annotations.flatMap(({ classId, geometry }) => {
        const className = names.get(classId);
        return className === undefined ? [] : [{ className, geometry }];
      }),
    })),
  };
}

export interface RecordContext {
  readonly imageIds: ReadonlyMap<string, string>;
  readonly classIds: ReadonlyMap<string, string>;
  readonly reader: string | null;
}

/** What a source said, as records of a project. Pictures and classes are found by path and name; ones without an id do not occur. */
export function annotationRecords({ pictures }: ReadAnnotations, { imageIds, classIds, reader }: RecordContext): readonly AnnotationRecord[] {
  return pictures.flatMap(({ path, marks }) => marks.flatMap(({ className, geometry }): AnnotationRecord[] => {
    const imageId = imageIds.get(path), classId = classIds.get(className);
    return imageId === undefined || classId === undefined ? [] : [{ id: randomUUID(), imageId, classId, geometry, source: 'import', reader, modelId: null }];
  }));
}
