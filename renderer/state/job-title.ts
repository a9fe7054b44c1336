// A job's name in the status bar and in lists, and the screen that shows it.
import type { JobRecord } from '#contract/records.ts';
import { t } from '../messages/index.svelte.ts';
import type { Screen, Session } from './session.svelte.ts';

export function jobTitle({ project, lessons }: Pick<Session, 'project' | 'lessons'>, job: JobRecord): string {
  const done = job.progress?.done ?? 0, total = job.progress?.total ?? null;
  switch (job.kind) {
    case 'train': {
      const run = job.subjectId === null ? undefined : project?.runs.numbers.get(job.subjectId);
      const story = job.subjectId === null ? undefined : project?.runs.story(job.subjectId);
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
    case 'lesson': {
      const n = lessons.list.find(({ id }) => id === job.subjectId)?.number;
      return n === undefined ? t('job.lesson') : t('lessons.number', { n });
    }
  }
}

export function jobScreen({ kind }: JobRecord): Screen {
  switch (kind) {
    case 'train': case 'measure': case 'download': return 'train';
    case 'import': return 'images';
    case 'evaluate': case 'sites': case 'adapt': return 'results';
    case 'predict': return 'predict';
    case 'export': return 'export';
    case 'rank': case 'compare': return 'compare';
    case 'lesson': return 'lessons';
  }
}
