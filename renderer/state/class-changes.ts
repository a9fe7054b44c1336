// What becomes of classes and of what hangs on them, as changes: pure, so that menu, palette and tests say the same.
import type { Change } from '#contract/patch.ts';
import type { AnnotationRecord, ClassRecord } from '#contract/records.ts';

/** The first colour that no class has yet, or the one that comes round again. */
export function freeColor(classes: readonly ClassRecord[]): number {
  const used = new Set(classes.map(({ color }) => color));
  const free = Array.from({ length: 10 }, (_, color) => color).find((color) => !used.has(color));
  return free ?? classes.length % 10;
}

/** Takes a class away with its annotations; the later classes move up, so that keys stay without gaps. */
export function deleted(classes: readonly ClassRecord[], one: ClassRecord, hanging: readonly AnnotationRecord[]): Change[] {
  const annotations = hanging.map((from): Change => ({ of: 'annotation', id: from.id, from, to: null }));
  return [...annotations, { of: 'class', id: one.id, from: one, to: null }, ...closedUp(classes, one)];
}

/**
 * Gives the annotations of one class to another and takes the first away. A picture that has both as a whole keeps the other's own label.
 * @param hanging all annotations on the pictures in question, of both classes
 */
export function merged(classes: readonly ClassRecord[], one: ClassRecord, into: ClassRecord, hanging: readonly AnnotationRecord[]): Change[] {
  const said = ({ imageId, reader }: AnnotationRecord) => `${imageId} ${reader}`;
  const both = new Set(hanging.filter(({ classId, geometry }) => classId === into.id && geometry === null).map(said));
  const moved = hanging.filter(({ classId }) => classId === one.id).map((from): Change => ({
    of: 'annotation', id: from.id, from, to: from.geometry === null && both.has(said(from)) ? null : { ...from, classId: into.id },
  }));
  return [...moved, { of: 'class', id: one.id, from: one, to: null }, ...closedUp(classes, one)];
}

/** Moves a class one place up or down the list, and with it its key; none at the ends. */
export function moved(classes: readonly ClassRecord[], one: ClassRecord, by: -1 | 1): Change[] {
  const other = classes[classes.findIndex(({ id }) => id === one.id) + by];
  if (!other) return [];
  return [{ of: 'class', id: one.id, from: one, to: { ...one, order: other.order } }, { of: 'class', id: other.id, from: other, to: { ...other, order: one.order } }];
}

function closedUp(classes: readonly ClassRecord[], gone: ClassRecord): Change[] {
  return classes.filter(({ order }) => order > gone.order).map((from): Change => ({ of: 'class', id: from.id, from, to: { ...from, order: from.order - 1 } }));
}
