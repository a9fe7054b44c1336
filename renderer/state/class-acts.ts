// Classes added, renamed, recoloured, merged and deleted with what hangs on them: each one patch, each undoable.
import type { Change } from '#contract/patch.ts';
import type { AnnotationRecord, ClassRecord } from '#contract/records.ts';
import { t } from '../messages/index.svelte.ts';
import type { Project } from './project.svelte.ts';

/** The first colour that no class has yet, or the one that comes round again. */
export function freeColor(classes: readonly ClassRecord[]): number {
  const used = new Set(classes.map(({ color }) => color));
  const free = Array.from({ length: 10 }, (_, color) => color).find((color) => !used.has(color));
  return free ?? classes.length % 10;
}

export function newClass(project: Project, name: string): Promise<void> {
  const order = 1 + Math.max(-1, ...project.classes.map((one) => one.order));
  const to: ClassRecord = { id: crypto.randomUUID(), name, color: freeColor(project.classes), order };
  return project.changes.apply(t('change.newClass', { name }), [{ of: 'class', id: to.id, from: null, to }]);
}

export function changeClass(project: Project, one: ClassRecord, change: Partial<Pick<ClassRecord, 'name' | 'color'>>): Promise<void> {
  return project.changes.apply(t('change.class.edit', { name: one.name }), [{ of: 'class', id: one.id, from: one, to: { ...one, ...change } }]);
}

/** Deletes a class and every label of it. */
export async function deleteClass(project: Project, one: ClassRecord): Promise<void> {
  const hanging = await annotationsOf(project, one);
  const changes: Change[] = hanging.map((from) => ({ of: 'annotation', id: from.id, from, to: null }));
  await project.changes.apply(t('change.class.delete', { name: one.name, n: hanging.length }), [...changes, { of: 'class', id: one.id, from: one, to: null }]);
}

/** Gives every label of one class to another, then deletes the first. */
export async function mergeClass(project: Project, one: ClassRecord, into: ClassRecord): Promise<void> {
  const moved = await annotationsOf(project, one);
  const changes: Change[] = moved.map((from) => ({ of: 'annotation', id: from.id, from, to: { ...from, classId: into.id } }));
  await project.changes.apply(t('change.class.merge', { name: one.name, into: into.name }), [...changes, { of: 'class', id: one.id, from: one, to: null }]);
}

async function annotationsOf(project: Project, one: ClassRecord): Promise<AnnotationRecord[]> {
  const ids = await project.link.call('image.ids', { projectId: project.id, filter: { label: { classId: one.id } } });
  const rows = await project.images.rowsOf(ids);
  return rows.flatMap(({ annotations }) => annotations.filter(({ classId }) => classId === one.id));
}
