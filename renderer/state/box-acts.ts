// What is done with boxes on the picture one is at: each release, key or button is one patch and can be undone.
import type { ImageRow } from '#contract/overview.ts';
import type { Box } from '#contract/geometry.ts';
import type { Change } from '#contract/patch.ts';
import type { AnnotationRecord, ClassRecord } from '#contract/records.ts';
import { t } from '../messages/index.svelte.ts';
import { boxBetween, movedBox, resizedBox } from '../tools/box-shapes.ts';
import { editChange } from './labelling.ts';
import type { Session } from './session.svelte.ts';

export type BoxAnnotation = AnnotationRecord & { readonly geometry: Box };

const isBox = (annotation: AnnotationRecord): annotation is BoxAnnotation => annotation.geometry?.shape === 'box';

export function boxesOf(row: ImageRow | undefined): readonly BoxAnnotation[] {
  return row?.annotations.filter(isBox) ?? [];
}

/** The selected box of the picture one is at. */
export function selectedBox({ project, view, screen }: Session): BoxAnnotation | null {
  if (project === null || screen !== 'label') return null;
  return boxesOf(project.images.current).find(({ id }) => id === view.box) ?? null;
}

/** The class that the next box gets. */
export function classOfNextBox({ project, view }: Session): ClassRecord | null {
  return project?.classes.find(({ id }) => id === view.boxClass) ?? project?.classes[0] ?? null;
}

/** Adds a box and selects it. Without any class it asks for one first. */
export function addBox(session: Session, box: Box): Promise<void> {
  const { project, view } = session;
  const row = project?.images.current, one = classOfNextBox(session);
  if (!project || !row) return Promise.resolve();
  if (one === null) {
    session.overlay = 'new-class';
    return Promise.resolve();
  }
  const { newId, ...said } = project.labelling();
  const to: AnnotationRecord = { id: newId(), imageId: row.image.id, classId: one.id, geometry: box, ...said };
  view.box = to.id;
  return apply(session, t('change.box.add', { name: one.name }), [...editChange(row, { status: 'open' }), { of: 'annotation', id: to.id, from: null, to }]);
}

/** Gives a box another place or class; who changes it says so. */
export function changeBox(session: Session, from: BoxAnnotation, change: { readonly geometry: Box } | { readonly classId: string }): Promise<void> {
  const { project } = session;
  if (!project) return Promise.resolve();
  const { newId: _, ...said } = project.labelling();
  const to = { ...from, ...change, ...said };
  const name = project.classById.get(to.classId)?.name ?? '';
  return apply(session, t('geometry' in change ? 'change.box.move' : 'change.box.class', { name }), [{ of: 'annotation', id: from.id, from, to }]);
}

export function deleteBox(session: Session): Promise<void> {
  const from = selectedBox(session);
  if (!from) return Promise.resolve();
  const all = boxesOf(session.project?.images.current), at = all.findIndex(({ id }) => id === from.id);
  session.view.box = (all[at + 1] ?? all[at - 1])?.id ?? null;
  return apply(session, t('change.box.delete', { name: session.project?.classById.get(from.classId)?.name ?? '' }), [{ of: 'annotation', id: from.id, from, to: null }]);
}

/** The next or the previous box of the picture, round and round. */
export function stepBox(session: Session, by: number): void {
  const all = boxesOf(session.project?.images.current);
  const at = all.findIndex(({ id }) => id === session.view.box);
  session.view.box = all.at(at < 0 ? (by > 0 ? 0 : -1) : (at + by) % all.length)?.id ?? null;
  session.view.tool = 'select';
}

/** A box in the middle of what is seen, to be moved and sized by keys. */
export function boxInTheMiddle(session: Session): Promise<void> {
  const picture = session.project?.images.current?.image;
  if (!picture) return Promise.resolve();
  const { x, y } = session.view.middle(), reach = Math.max(4, Math.min(picture.width, picture.height) / 8);
  const box = boxBetween({ x: x - reach, y: y - reach }, { x: x + reach, y: y + reach }, picture);
  return box ? addBox(session, box) : Promise.resolve();
}

/** Moves the selected box, or its lower right corner, by some four screen pixels and at least one of the picture. */
export function nudgeBox(session: Session, x: number, y: number, how: 'move' | 'size'): Promise<void> {
  const from = selectedBox(session), picture = session.project?.images.current?.image;
  if (!from || !picture) return Promise.resolve();
  const step = Math.max(1, Math.round(4 / session.view.viewport.zoom)), box = from.geometry;
  const geometry = how === 'move' ? movedBox(box, { x: x * step, y: y * step }, picture) : resizedBox(box, 'se', { x: Math.max(box.x1 + 1, box.x2 + x * step), y: Math.max(box.y1 + 1, box.y2 + y * step) }, picture);
  return changeBox(session, from, { geometry });
}

/** A refusal stands in the status bar and on Label. */
function apply(session: Session, title: string, changes: readonly Change[]): Promise<void> {
  return session.project?.changes.apply(title, changes).catch(() => undefined) ?? Promise.resolve();
}
