// A job's name in the status bar and in lists.
import type { JobRecord } from '#contract/records.ts';
import { t } from '../messages/index.svelte.ts';
import type { Project } from './project.svelte.ts';

export function jobTitle(project: Project, job: JobRecord): string {
  const done = job.progress?.done ?? 0, total = job.progress?.total ?? null;
  switch (job.kind) {
    case 'train': {
      const run = job.subjectId === null ? undefined : project.runs.numbers.get(job.subjectId);
      const story = job.subjectId === null ? undefined : project.runs.story(job.subjectId);
      const epochs = story?.axis?.epochs ?? 0;
      if (run !== undefined && story && epochs > 0) return t('job.epoch', { run, epoch: Math.min(Math.floor(story.at) + 1, epochs), epochs });
      return run === undefined ? t('job.train') : t('job.run', { run });
    }
    case 'import': return total === null ? t('job.import') : t('job.importing', { done, total });
    case 'evaluate': return t('job.evaluate');
    case 'predict': return t('job.predict');
    case 'export': return t('job.export');
    case 'measure': return t('job.measure');
    case 'download': return t('job.download');
    case 'rank': return t('job.rank');
    case 'compare': return t('job.compare');
    case 'sites': return t('job.sites');
    case 'adapt': return t('job.adapt');
    case 'lesson': return t('job.lesson');
  }
}
