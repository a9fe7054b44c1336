// Calls about runs and the jobs that do the work.
import type { Handlers } from '#contract/api.ts';
import { RateSweep } from '#contract/rate-sweep.ts';
import { run, runEvents, runs } from '../db/index.ts';
import { reportOf } from '../jobs/report.ts';
import { startRateSweep } from '../jobs/train-rate.ts';
import { endMeasures, estimate, startMeasure } from '../jobs/measure.ts';
import { planRun, resumeRun, startRun } from '../jobs/train.ts';
import type { Context } from './context.ts';

type Calls = Pick<Handlers, 'run.plan' | 'run.findRate' | 'run.rateSweep' | 'run.measure' | 'run.estimate' | 'run.start' | 'run.resume' | 'run.list' | 'run.get' | 'run.events' | 'job.list' | 'job.stop' | 'job.kill'>;

export function runCalls({ projects, runner }: Context): Calls {
  return {
    'run.plan': ({ projectId, options }) => planRun(runner, projects.get(projectId), options),
    'run.findRate': async ({ projectId, options }) => ({ jobId: await startRateSweep(runner, projects.get(projectId), options) }),
    'run.rateSweep': async ({ projectId, jobId }) => reportOf(projects.get(projectId), jobId, RateSweep),
    'run.measure': async ({ projectId, options }) => ({ jobId: await startMeasure(runner, projects.get(projectId), options) }),
    'run.estimate': ({ projectId, options }) => estimate(runner, projects.get(projectId), options),
    'run.start': ({ projectId, options }) => {
      const project = projects.get(projectId);
      endMeasures(runner, project);
      return startRun(runner, project, options);
    },
    'run.resume': ({ projectId, runId }) => resumeRun(runner, projects.get(projectId), runId),
    'run.list': async ({ projectId }) => runs(projects.get(projectId).db),
    'run.get': async ({ projectId, runId }) => run(projects.get(projectId).db, runId),
    'run.events': async ({ projectId, runId, after }) => {
      const { db } = projects.get(projectId);
      run(db, runId);
      return runEvents(db, runId, after);
    },
    'job.list': async ({ projectId }) => runner.list(projects.get(projectId)),
    'job.stop': async ({ projectId, jobId }) => {
      runner.stop(projects.get(projectId), jobId);
      return {};
    },
    'job.kill': async ({ projectId, jobId }) => {
      runner.kill(projects.get(projectId), jobId);
      return {};
    },
  };
}
