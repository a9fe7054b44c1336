// What a key press means for a picture's labels, as changes: pure, so that Label, the grid and bulk labelling say the same.
import type { ImageRow } from '#contract/overview.ts';
import type { Change, ImageEdit } from '#contract/patch.ts';
import type { AnnotationRecord, AnnotationSource, ImageRecord, ImageStatus } from '#contract/records.ts';

/** Who labels, and what a new annotation is called. */
export interface Labelling {
  readonly reader: string | null;
  readonly source: AnnotationSource;
  readonly modelId: string | null;
  newId(): string;
}

/** The class given to the picture as a whole, not to a place in it. */
export function wholeLabels(row: ImageRow): AnnotationRecord[] {
  return row.annotations.filter((annotation) => annotation.geometry === null);
}

export const editOf = ({ subject, site, status, excluded }: ImageRecord): ImageEdit => ({ subject, site, status, excluded });

/** One change of what a person can say about a picture; none when nothing changes. */
export function editChange({ image }: ImageRow, edit: Partial<ImageEdit>): Change[] {
  const from = editOf(image), to = { ...from, ...edit };
  const same = from.subject === to.subject && from.site === to.site && from.status === to.status && from.excluded === to.excluded;
  return same ? [] : [{ of: 'image', id: image.id, from, to }];
}

const remove = (annotation: AnnotationRecord): Change => ({ of: 'annotation', id: annotation.id, from: annotation, to: null });

/** The picture gets this class and no other; being unsure or skipped ends. */
export function setClass(row: ImageRow, classId: string, labelling: Labelling): Change[] {
  const [first, ...others] = wholeLabels(row);
  const { reader, source, modelId } = labelling;
  const changes = [...editChange(row, { status: 'open' }), ...others.map(remove)];
  if (first === undefined) {
    const to: AnnotationRecord = { id: labelling.newId(), imageId: row.image.id, classId, geometry: null, source, reader, modelId };
    return [...changes, { of: 'annotation', id: to.id, from: null, to }];
  }
  if (first.classId === classId) return changes;
  return [...changes, { of: 'annotation', id: first.id, from: first, to: { ...first, classId, source, reader, modelId } }];
}

/** In a multi-label project a class is given or taken back, whatever else is there. */
export function toggleClass(row: ImageRow, classId: string, labelling: Labelling): Change[] {
  const there = wholeLabels(row).filter((annotation) => annotation.classId === classId);
  if (there.length > 0) return there.map(remove);
  const to: AnnotationRecord = { id: labelling.newId(), imageId: row.image.id, classId, geometry: null, source: labelling.source, reader: labelling.reader, modelId: labelling.modelId };
  return [...editChange(row, { status: 'open' }), { of: 'annotation', id: to.id, from: null, to }];
}

/** Takes what a model proposes as it is: one class, or in a multi-label project all that are not there yet. Each carries the model's id. */
export function acceptClasses(row: ImageRow, classIds: readonly string[], several: boolean, labelling: Labelling & { readonly source: 'accepted' }): Change[] {
  const [first] = classIds;
  if (first === undefined) return [];
  if (!several) return setClass(row, first, labelling);
  const given = new Set(wholeLabels(row).map(({ classId }) => classId)), { newId, ...said } = labelling;
  const added = classIds.filter((classId) => !given.has(classId)).map((classId): AnnotationRecord => ({ id: newId(), imageId: row.image.id, classId, geometry: null, ...said }));
  return [...editChange(row, { status: 'open' }), ...added.map((to): Change => ({ of: 'annotation', id: to.id, from: null, to }))];
}

/** Unsure, skipped or open again: a picture in such a state has no class. */
export function setStatus(row: ImageRow, status: ImageStatus): Change[] {
  return [...wholeLabels(row).map(remove), ...editChange(row, { status })];
}
