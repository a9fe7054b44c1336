// Looks for the learning rate of a run before it starts: a job on the run's own pictures and network, whose curve is its report.
import type { FindRateDocument } from '#contract/jobs.ts';
import type { RateSweep } from '#contract/rate-sweep.ts';
import type { RunOptions } from '#contract/runs.ts';
import { writeReport } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { planFor } from './plan.ts';
import type { JobRunner } from './runner.ts';
import { withLabels } from './segmentation-document.ts';
import { superviseUnder } from './supervised.ts';
import { prepareRun } from './train-document.ts';
import { bringWeights } from './weights.ts';

/** @returns id of the job. Throws `refused` for what a run would be refused for */
export async function startRateSweep(runner: JobRunner, project: Project, options: RunOptions): Promise<string> {
  const { document: prepared, state, deltaFile } = await prepareRun(runner.platform, project, options);
  planFor(prepared);
  const document: Omit<FindRateDocument, 'jobId'> = { ...await withLabels(prepared, state), kind: 'find-rate', weights: await bringWeights(project.blobs, { weights: prepared.weights, deltaFile }) };
  return runner.start(project, {
    kind: 'train',
    lane: 'compute',
    subjectId: null,
    async work(control) {
      let found: RateSweep | undefined;
      await superviseUnder(control, runner.platform, { ...document, jobId: control.jobId }, (news) => {
        if (news.type === 'rates') found = news.sweep;
        else if (news.type === 'progress') control.progress(news);
      });
      if (!found) return 'stopped';
      writeReport(project.db, control.jobId, found);
      return found.end === 'stopped' ? 'stopped' : 'finished';
    },
  });
}
