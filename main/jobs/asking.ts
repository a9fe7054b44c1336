// A model is asked about pictures of its project, and what it says is kept as it comes.
import type { JobImage, PredictDocument } from '#contract/jobs.ts';
import type { Project, StoredModel } from '../db/index.ts';
import { predictDocument } from './predict-document.ts';
import type { JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';
import type { JobNews } from './supervisor.ts';

/**
 * Starts the job, which ends at once where there is no picture to ask about.
 * @param besides what is wanted of a model for masks besides the masks
 * @param keep stores what came and says of how many pictures that was
 * @returns the job's id
 */
export function startAsking(runner: JobRunner, project: Project, stored: StoredModel, images: JobImage[], besides: PredictDocument['besides'], keep: (news: JobNews) => number): string {
  return runner.start(project, {
    kind: 'predict',
    lane: 'compute',
    subjectId: stored.record.id,
    async work(control) {
      let found = 0;
      if (images.length > 0) {
        await superviseUnder(control, runner.platform, { ...predictDocument(runner.platform, project, stored, images, control.jobId), ...(besides && { besides }) }, (news) => {
          if (news.type === 'progress') control.progress(news);
          found += keep(news);
        });
      }
      return found < images.length ? 'stopped' : 'finished';
    },
  });
}
