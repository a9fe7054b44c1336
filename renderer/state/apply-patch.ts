// What a patch does to the rows and classes a screen holds: the same change that the database makes, on plain data.
import type { ImageRow } from '#contract/overview.ts';
import type { Change, Patch } from '#contract/patch.ts';
import type { AnnotationRecord, ClassRecord } from '#contract/records.ts';

/** The picture that a change is about; null for a class or the project. */
export function imageOf(change: Change): string | null {
  switch (change.of) {
    case 'image': return change.id;
    case 'annotation': return change.to?.imageId ?? change.from?.imageId ?? null;
    case 'class': case 'project': return null;
  }
}

/** A row after changes of its picture. All at once: a stroke may change a hundred masks of ten thousand. */
export function changeRow(row: ImageRow, changes: readonly Change[]): ImageRow {
  let { image } = row;
  const annotations = new Map<string, AnnotationRecord | null>();
  for (const change of changes) {
    if (change.of === 'image') image = { ...image, ...change.to };
    else if (change.of === 'annotation') annotations.set(change.id, change.to);
  }
  if (annotations.size === 0) return { ...row, image };
  const kept = row.annotations.flatMap((annotation) => {
    const to = annotations.get(annotation.id);
    if (to === undefined) return [annotation];
    annotations.delete(annotation.id);
    return to === null ? [] : [to];
  });
  return { ...row, image, annotations: [...kept, ...[...annotations.values()].filter((to) => to !== null)] };
}

/** The classes after a patch, in their order; the same list when it changes none. */
export function changeClasses(classes: readonly ClassRecord[], patch: Patch): readonly ClassRecord[] {
  const changes = patch.changes.filter((change) => change.of === 'class');
  if (changes.length === 0) return classes;
  const byId = new Map(classes.map((one) => [one.id, one]));
  for (const { id, to } of changes) to === null ? byId.delete(id) : byId.set(id, to);
  return [...byId.values()].sort((a, b) => a.order - b.order);
}

/** Only the changes of one picture, by picture, so that each row is rebuilt once. */
export function changesByImage(patch: Patch): Map<string, Change[]> {
  const groups = new Map<string, Change[]>();
  for (const change of patch.changes) {
    const id = imageOf(change);
    if (id === null) continue;
    const group = groups.get(id);
    group ? group.push(change) : groups.set(id, [change]);
  }
  return groups;
}
