// Classes added, renamed, recoloured, moved, merged and deleted with what hangs on them: each one patch, each with a notice that can take it back.
import type { Change } from '#contract/patch.ts';
import type { AnnotationRecord, ClassRecord } from '#contract/records.ts';
import { t } from '../messages/index.svelte.ts';
import { deleted, freeColor, merged, moved } from './class-changes.ts';
import type { Project } from './project.svelte.ts';
import type { Session } from './session.svelte.ts';

export function newClass(session: Session, project: Project, name: string): Promise<void> {
  const order = 1 + Math.max(-1, ...project.classes.map((one) => one.order));
  const to: ClassRecord = { id: crypto.randomUUID(), name, color: freeColor(project.classes), order };
  return told(session, project, t('change.newClass', { name }), [{ of: 'class', id: to.id, from: null, to }]);
}

export function renameClass(session: Session, project: Project, one: ClassRecord, name: string): Promise<void> {
  return told(session, project, t('change.class.rename', { name: one.name, to: name }), [{ of: 'class', id: one.id, from: one, to: { ...one, name } }]);
}

export function recolourClass(session: Session, project: Project, one: ClassRecord, color: number): Promise<void> {
  if (color === one.color) return Promise.resolve();
  return told(session, project, t('change.class.colour', { name: one.name }), [{ of: 'class', id: one.id, from: one, to: { ...one, color } }]);
}

/** One place up or down, and with it the key. */
export function moveClass(session: Session, project: Project, one: ClassRecord, by: -1 | 1): Promise<void> {
  return told(session, project, t('change.class.move', { name: one.name, key: one.order + 1 + by }), moved(project.classes, one, by));
}

/** Deletes a class and every label of it. */
export async function deleteClass(session: Session, project: Project, one: ClassRecord): Promise<void> {
  const hanging = (await annotationsWith(project, one)).filter(({ classId }) => classId === one.id);
  await told(session, project, t('change.class.delete', { name: one.name, n: hanging.length }), deleted(project.classes, one, hanging));
  await leaveFilter(project, one);
}

/** Gives every label of one class to another, then deletes the first. */
export async function mergeClass(session: Session, project: Project, one: ClassRecord, into: ClassRecord): Promise<void> {
  await told(session, project, t('change.class.merge', { name: one.name, into: into.name }), merged(project.classes, one, into, await annotationsWith(project, one)));
  await leaveFilter(project, one);
}

/** All annotations of the pictures that a class hangs on. */
async function annotationsWith(project: Project, one: ClassRecord): Promise<AnnotationRecord[]> {
  const ids = await project.link.call('image.ids', { projectId: project.id, filter: { label: { classId: one.id } } });
  const rows = await project.images.rowsOf(ids);
  return rows.flatMap(({ annotations }) => annotations);
}

/** A list of what is called a class that is gone would stay empty for no reason that can be seen. */
async function leaveFilter({ images }: Project, { id }: ClassRecord): Promise<void> {
  if (typeof images.filter.label === 'object' && images.filter.label.classId === id) await images.setFilter({ label: 'any' });
}

/** A refusal stands in the status bar and on Label. */
async function told(session: Session, project: Project, text: string, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const done = await project.changes.apply(text, changes).then(() => true, () => false);
  if (done) session.toasts.show(text, { undo: true });
}
