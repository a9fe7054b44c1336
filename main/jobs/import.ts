// Imports: pictures and labels into a project, beside whatever computes; what was brought in before a stop stays.
import type { ImportOptions } from '#contract/import.ts';
import { intakeStore, writeReport } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { intake } from '../intake/index.ts';
import type { JobControl, JobRunner } from './runner.ts';

export function startImport(runner: JobRunner, project: Project, options: ImportOptions): string {
  return runner.start(project, { kind: 'import', lane: 'files', subjectId: null, work: (control) => importInto(runner, project, options, control) });
}

/** The work of an import job, and of any job that ends with one. */
export async function importInto(runner: JobRunner, project: Project, options: ImportOptions, { jobId, stop, kill, progress }: JobControl): Promise<'finished' | 'stopped'> {
  const { db, blobs, record: { id: projectId } } = project;
  const store = intakeStore(db);
  const stopRequested = () => stop.aborted || kill.aborted;
  const report = await intake(options, {
    store: {
      ...store,
      write(batch) {
        store.write(batch);
        runner.publish({ type: 'images.changed', projectId });
      },
    },
    blobs, progress, stopRequested,
    log: (message, error) => runner.platform.log('error', message, error),
  });
  writeReport(db, jobId, report);
  return stopRequested() ? 'stopped' : 'finished';
}
