// For tests: pictures, classes and annotations as plain records, and projects that hold them.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnnotationRecord, ClassRecord, ImageRecord, Task } from '#contract/records.ts';
import { createProject } from '../folder.ts';
import type { Project } from '../folder.ts';
import { insertImage } from '../images.ts';

export function imageRow(id: string, changes: Partial<ImageRecord> = {}): ImageRecord {
  return {
    id, path: `${id}.png`, sha256: createHash('sha256').update(id).digest('hex'), bytes: 10, format: 'png', width: 4, height: 3, channels: 3, bitDepth: 8, frame: 0,
    pixelSpacing: null, fingerprint: '0123456789abcdef', subject: null, site: null, declared: null, status: 'open', excluded: false, ...changes,
  };
}

export const classRow = (id: string, order: number, name = id): ClassRecord => ({ id, name, color: order % 10, order });

export const annotationRow = (id: string, imageId: string, classId: string, changes: Partial<AnnotationRecord> = {}): AnnotationRecord =>
  ({ id, imageId, classId, geometry: null, source: 'person', reader: null, modelId: null, ...changes });

/** A new project with these pictures, removed with `remove`. */
export async function projectWith(images: readonly ImageRecord[], task: Task = 'classification'): Promise<{ project: Project; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-project-'));
  const project = await createProject(folder, { name: 'Test', task });
  project.db.transaction(() => images.forEach((image) => insertImage(project.db, image)));
  return { project, remove() { project.close(); rmSync(folder, { recursive: true, force: true }); } };
}
