// The sample project: pictures drawn by our own generator, then imported like anybody's.
import { join } from 'node:path';
import { ImportOptions } from '#contract/import.ts';
import { StudioError } from '#contract/errors.ts';
import type { Project } from '../db/index.ts';
import { drawSample } from '../sample/index.ts';
import { importInto } from './import.ts';
import type { JobControl, JobRunner } from './runner.ts';

export const samplePictures = 300;
/** Fewer where each has masks: a network learns from every pixel. */
const maskedPictures = 80;
const sampleSeed = 1;

export function startSample(runner: JobRunner, project: Project): string {
  return runner.start(project, {
    kind: 'import',
    lane: 'files',
    subjectId: null,
    work: (control) => bringSample(runner, project, control),
  });
}

/** Draws the pictures into the project's folder and imports them; what is there already comes in once. */
export async function bringSample(runner: JobRunner, project: Project, control: JobControl): Promise<'finished' | 'stopped'> {
  const { folder, task } = project.record, pictures = task === 'segmentation' ? maskedPictures : samplePictures;
  const { labels, masks } = await drawSample(folder, { seed: sampleSeed, pictures }, (done) => {
    if (control.stop.aborted || control.kill.aborted) throw new StudioError('cancelled', 'sample.stopped', {}, 'Drawing the sample pictures was stopped. Delete the folder and open the sample project again.');
    control.progress({ done, total: pictures, what: 'Drawing pictures', secondsLeft: null });
  });
  const options = ImportOptions.parse({ paths: [join(folder, 'pictures')], labels: task === 'segmentation' ? masks : labels, subject: `csv:${labels}`, site: `csv:${labels}` });
  return importInto(runner, project, options, control);
}
