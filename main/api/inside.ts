// Calls about looking into a model.
import type { Handlers } from '#contract/api.ts';
import { InsideRecord } from '#contract/inside.ts';
import { startInside } from '../jobs/inside.ts';
import { reportOf } from '../jobs/report.ts';
import type { Context } from './context.ts';

export function insideCalls({ projects, runner }: Context): Pick<Handlers, 'model.lookInside' | 'model.inside'> {
  return {
    'model.lookInside': async ({ projectId, modelId, imageId, stage }) => ({ jobId: startInside(runner, projects.get(projectId), modelId, imageId, stage) }),
    'model.inside': async ({ projectId, jobId }) => reportOf(projects.get(projectId), jobId, InsideRecord),
  };
}
