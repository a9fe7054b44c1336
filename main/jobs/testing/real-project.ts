// For tests: a project with real pictures of two classes that are easy to tell apart, and a runner of real job processes.
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Push } from '#contract/events.ts';
import type { JobRecord } from '#contract/records.ts';
import { createProject, intakeStore } from '../../db/index.ts';
import type { Project } from '../../db/index.ts';
import { imageRow } from '../../db/testing/rows.ts';
import { nodePlatform } from '../../host/node-platform.ts';
import { drawTwoClasses } from '../../host/testing/two-classes.ts';
import { createJobRunner } from '../runner.ts';
import type { JobRunner } from '../runner.ts';

export interface RealProject {
  readonly project: Project;
  readonly runner: JobRunner;
  /** Where the pictures lie. */
  readonly pictures: string;
  on(listener: (push: Push) => void): void;
  ended(jobId: string): Promise<JobRecord>;
  remove(): Promise<void>;
}

/** @param count of pictures, two for each subject @param home the person's own folder, where it is to be another one */
export async function realProject(count: number, { home }: { readonly home?: string } = {}): Promise<RealProject> {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-real-')), pictures = join(folder, 'pictures');
  await drawTwoClasses(pictures, count);
  const project = await createProject(join(folder, 'project'), { name: 'Two classes', task: 'classification' });
  const store = intakeStore(project.db);
  for (const className of ['blue', 'red']) {
    const rows = await Promise.all(readdirSync(join(pictures, className)).map(async (name) => {
      const sha256 = await project.blobs.put(readFileSync(join(pictures, className, name)));
      return imageRow(`${className}-${name}`, { path: `${className}/${name}`, sha256, subject: name.split('_')[0] ?? null, width: 32, height: 32 });
    }));
    store.write({ pictures: rows, completions: [], duplicates: [], marks: rows.map(({ id }) => ({ imageId: id, className, geometry: null })), reader: null });
  }
  return { pictures, ...withRunner(project, folder, home) };
}

/** @param folder is removed in the end */
export function withRunner(project: Project, folder: string, home?: string): Omit<RealProject, 'pictures'> {
  const emitter = new EventEmitter(), last = new Map<string, JobRecord>();
  const runner = createJobRunner(nodePlatform(home === undefined ? {} : { home }), (push) => {
    if (push.type === 'job.changed') last.set(push.job.id, push.job);
    emitter.emit('push', push);
  });
  return {
    project, runner,
    on: (listener) => void emitter.on('push', listener),
    async ended(jobId) {
      for (;;) {
        const job = last.get(jobId);
        if (job && job.status !== 'queued' && job.status !== 'running') return job;
        await once(emitter, 'push');
      }
    },
    async remove() {
      await runner.close();
      project.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
