// The list of recent projects, which belongs to the person and lies in the home folder.
import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Result } from '#contract/api.ts';
import { Task } from '#contract/records.ts';
import type { ProjectRecord } from '#contract/records.ts';
import { makeFolder, writeAside } from '../blobs/durable.ts';
import type { Platform } from '../platform.ts';

const Recent = z.array(z.object({ folder: z.string(), name: z.string(), task: Task, openedAt: z.string() }));
type Recent = z.infer<typeof Recent>;

const most = 20;
const file = (home: string) => join(home, 'recent.json');

/** Newest first; `missing` when the folder is no project any more. */
export async function recentProjects(platform: Platform): Promise<Result<'project.recent'>> {
  return (await read(platform)).map((entry) => ({ ...entry, missing: !existsSync(join(entry.folder, 'project.fovea')) }));
}

/** Puts a project at the head of the list. A list that cannot be written is no reason not to open a project: it is logged. */
export async function remember(platform: Platform, { folder, name, task }: ProjectRecord): Promise<void> {
  try {
    const others = (await read(platform)).filter((entry) => entry.folder !== folder);
    const list: Recent = [{ folder, name, task, openedAt: new Date().toISOString() }, ...others].slice(0, most);
    await makeFolder(platform.home);
    await rename(await writeAside(platform.home, (write) => write(Buffer.from(JSON.stringify(list, null, 2)))), file(platform.home));
  } catch (error) {
    platform.log('warning', 'the list of recent projects could not be written', error);
  }
}

async function read(platform: Platform): Promise<Recent> {
  try {
    return Recent.parse(JSON.parse(await readFile(file(platform.home), 'utf8')));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) platform.log('warning', 'the list of recent projects could not be read and starts anew', error);
    return [];
  }
}
