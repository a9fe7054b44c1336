// Measuring how long a picture takes through networks here: a short job like those that measure what runs cost, and it gives way to runs as they do.
import { availableParallelism } from 'node:os';
import { PROTOCOL } from '#contract/jobs.ts';
import type { Task } from '#contract/records.ts';
import type { Project } from '../db/index.ts';
import { variant } from '../nets/index.ts';
import { segmenter } from '../nets/segmenters.ts';
import { keepTime } from '../weights/index.ts';
import type { JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';

/** Throws `not-found` for a network that there is not, and `refused` for one that gives no masks where the task wants them. */
export function startTimes(runner: JobRunner, project: Project, task: Task, backbones: readonly string[]): string {
  for (const id of backbones) task === 'segmentation' ? segmenter(id) : variant(id);
  const { platform } = runner;
  return runner.start(project, {
    kind: 'measure',
    lane: 'compute',
    subjectId: null,
    async work(control) {
      const keeping: Promise<void>[] = [];
      let last = Promise.resolve();
      await superviseUnder(control, platform, {
        kind: 'time', protocol: PROTOCOL, jobId: control.jobId, blobs: project.blobs.folder, home: platform.home, threads: availableParallelism(), task, backbones: [...backbones],
      }, (news) => {
        if (news.type === 'progress') control.progress(news);
        // One after the other: they are in one file.
        if (news.type === 'timed') keeping.push(last = last.then(() => keepTime(platform.home, task, news.backbone, news.time)));
      });
      await Promise.all(keeping);
      return 'finished';
    },
  });
}
