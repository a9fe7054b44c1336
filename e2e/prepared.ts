// The projects that tests begin with, made once by the real studio; each test works on a copy.
import { randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { openProject } from '../main/db/folder.ts';
import { images, insertImage } from '../main/db/images.ts';
import { inProcessLink } from '../main/host/in-process.ts';
import { nodePlatform } from '../main/host/node-platform.ts';
import { drawTwoClasses } from '../main/host/testing/two-classes.ts';
import { createStudio } from '../main/studio.ts';
import { ended } from './ended.ts';
import { makeHome } from './host.ts';

/**
 * labelled: 24 pictures of 12 subjects, `red` and `blue`, which lie in `pictures` beside it too.
 * trained: the same with a split and a model. many: 10,000 pictures, of which only the first 24 are labelled.
 */
export type PreparedName = 'labelled' | 'trained' | 'many';
export const MANY = 10_000;

const at = (folder: string, name: PreparedName) => join(folder, name, 'Two colours');

/** Makes all of them below `folder`. */
export async function prepareProjects(folder: string): Promise<void> {
  const studio = await createStudio(nodePlatform({ home: makeHome(folder) }));
  try {
    const link = inProcessLink(studio), pictures = join(folder, 'pictures');
    await drawTwoClasses(pictures, 24);
    const { id: projectId } = await link.call('project.create', { folder: at(folder, 'labelled'), name: 'Two colours', task: 'classification' });
    await ended(link, projectId, (await link.call('image.import', { projectId, options: { paths: [pictures], subject: 'regex:^(S\\d+)_' } })).jobId);
    await link.call('project.close', { projectId });
    for (const name of ['trained', 'many'] as const) cpSync(at(folder, 'labelled'), at(folder, name), { recursive: true });
    await multiply(at(folder, 'many'));
    await link.call('project.open', { folder: at(folder, 'trained') });
    await link.call('split.make', { projectId, options: {} });
    await ended(link, projectId, (await link.call('run.start', { projectId, options: { strategy: 'feature-extraction' } })).jobId);
  } finally {
    await studio.close();
  }
}

/** Copies a project and its pictures into a test's folder. @returns the folder of the copy */
export function copyPrepared(from: string, name: PreparedName, folder: string): string {
  cpSync(join(from, 'pictures'), join(folder, 'pictures'), { recursive: true });
  cpSync(at(from, name), join(folder, 'Two colours'), { recursive: true });
  return join(folder, 'Two colours');
}

/** Rows for further pictures with the bytes of those that are there: how an import of ten thousand works is tested with it. */
async function multiply(folder: string): Promise<void> {
  const { db, close } = await openProject(folder);
  try {
    const originals = images(db);
    db.transaction(() => {
      for (let i = originals.length; i < MANY; i++) insertImage(db, { ...originals[i % originals.length]!, id: randomUUID(), path: `more/${String(i).padStart(5, '0')}.png`, subject: `M${i >> 1}` });
    });
  } finally {
    close();
  }
}
