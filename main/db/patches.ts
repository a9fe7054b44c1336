// Applies a patch: checks that every row still is what the patch says it was, writes the rows and the record of the change, all or nothing.
import { isDeepStrictEqual } from 'node:util';
import { assertNever, StudioError } from '#contract/errors.ts';
import { ImageEdit } from '#contract/patch.ts';
import type { Change, Patch } from '#contract/patch.ts';
import type { Task } from '#contract/records.ts';
import { findAnnotation, labelledTwice, writeAnnotation } from './annotations.ts';
import { canonicalJson } from './canonical.ts';
import { appendPatch, changesOf, findPatch } from './change-log.ts';
import { findClass, sharedClassName, usesOfClass, writeClass } from './classes.ts';
import { findImage, missingImage, updateImage } from './images.ts';
import type { Database } from './open.ts';
import { findProjectEdit, updateProject } from './project-row.ts';

export interface Applied {
  readonly sequence: number;
  /** The same patch was applied before: a request that was sent twice. */
  readonly again: boolean;
}

/**
 * Durable when it returns. Throws `conflict` naming the first row that is no longer what `from` says, `refused` for what may not
 * be, `not-found` for pictures and classes that are not there.
 */
export function applyPatch(db: Database, patch: Patch, task: Task, reader: string | null): Applied {
  return db.transaction(() => {
    const before = findPatch(db, patch.id);
    if (before !== null) {
      if (canonicalJson(changesOf(db, before.sequence)) !== canonicalJson(patch.changes)) throw new StudioError('conflict', 'patch.id-used', { patch: patch.id }, 'Another change was saved under the same name. Nothing was changed; try again.');
      return { sequence: before.sequence, again: true };
    }
    const sequence = writePatch(db, patch, reader);
    checkResult(db, patch.changes, task);
    return { sequence, again: false };
  });
}

/** Writes rows and record without asking what must hold afterwards: for imports, which have asked already. Call inside a transaction. */
export function writePatch(db: Database, patch: Patch, reader: string | null): number {
  for (const change of patch.changes) writeChange(db, change);
  return appendPatch(db, patch, new Date().toISOString(), reader);
}

function writeChange(db: Database, change: Change): void {
  const now = current(db, change);
  if (change.of === 'image' && now === null) throw new StudioError('not-found', 'image.none', { image: change.id }, 'A picture of this change is not in the project. Nothing was changed; reload the list of pictures.');
  if (change.of === 'project' && now === null) throw new StudioError('not-found', 'patch.other-project', {}, 'This change is of another project. Nothing was changed.');
  if (!isDeepStrictEqual(now, change.from)) throw new StudioError('conflict', 'patch.conflict', { of: change.of, id: change.id }, `${nameOf(db, change)} was changed meanwhile. Nothing of this step was saved; look at it as it is now and try again.`);
  for (const side of [change.from, change.to]) {
    if (side !== null && 'id' in side && side.id !== change.id) throw new StudioError('invalid', 'patch.id', { id: change.id }, 'A change names one row and describes another. Nothing was changed.');
  }
  switch (change.of) {
    case 'project': return updateProject(db, change.id, change.to);
    case 'image': return updateImage(db, change.id, change.to);
    case 'class': return writeClass(db, change.id, change.to);
    case 'annotation': return writeAnnotation(db, change.id, change.to);
    default: return assertNever(change);
  }
}

/** What the row is now; null = not there. */
function current(db: Database, { of, id }: Pick<Change, 'of' | 'id'>): Change['from'] {
  switch (of) {
    case 'project': return findProjectEdit(db, id);
    case 'image': {
      const found = findImage(db, id);
      return found && ImageEdit.parse(found);
    }
    case 'class': return findClass(db, id);
    case 'annotation': return findAnnotation(db, id);
    default: return assertNever(of);
  }
}

function nameOf(db: Database, change: Change): string {
  switch (change.of) {
    case 'project': return 'What masks are in this project';
    case 'image': return `The picture ${findImage(db, change.id)?.path ?? change.id}`;
    case 'class': return `The class "${(findClass(db, change.id) ?? change.from ?? change.to)?.name ?? change.id}"`;
    case 'annotation': {
      const imageId = (findAnnotation(db, change.id) ?? change.from ?? change.to)?.imageId;
      return `An annotation of the picture ${(imageId !== undefined && findImage(db, imageId)?.path) || change.id}`;
    }
    default: return assertNever(change);
  }
}

/** What must hold once all changes are written, in whatever order they stood. Asked of all rows at once: a patch may hold ten thousand labels. */
function checkResult(db: Database, changes: readonly Change[], task: Task): void {
  const labels = changes.flatMap((change) => (change.of === 'annotation' && change.to !== null ? [change.to] : []));
  for (const change of changes) {
    if (change.of !== 'class' || change.to !== null || findClass(db, change.id) !== null) continue;
    const uses = usesOfClass(db, change.id), name = change.from?.name ?? change.id;
    if (uses > 0) throw new StudioError('refused', 'class.in-use', { name, uses }, `The class "${name}" still has ${uses} ${uses === 1 ? 'annotation' : 'annotations'}. Remove them in the same step, or keep the class.`);
  }
  const noImage = missingImage(db, labels.map(({ imageId }) => imageId));
  if (noImage !== null) throw new StudioError('not-found', 'image.none', { image: noImage }, 'An annotation names a picture that is not in the project. Nothing was changed; reload the list of pictures.');
  for (const classId of new Set(labels.map((label) => label.classId))) {
    if (findClass(db, classId) === null) throw new StudioError('not-found', 'class.none', { class: classId }, 'An annotation names a class that is not in the project. Nothing was changed; reload the list of classes.');
  }
  const twice = task === 'classification' ? labelledTwice(db, labels) : null;
  if (twice !== null) {
    const path = findImage(db, twice)?.path ?? twice;
    throw new StudioError('refused', 'annotation.second-class', { path }, `${path} has a class already, and in this project a picture has one. Change that one instead of adding another.`);
  }
  const shared = sharedClassName(db);
  if (shared !== null) throw new StudioError('conflict', 'class.same-name', { name: shared }, `There is a class "${shared}" already. Choose another name.`);
}
