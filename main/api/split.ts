// Calls about splits and the states of data that runs point to.
import type { Handlers } from '#contract/api.ts';
import { currentSplit, datasetVersions } from '../db/index.ts';
import { splitProject } from '../jobs/split.ts';
import type { Context } from './context.ts';

type Calls = Pick<Handlers, 'split.make' | 'split.current' | 'dataset.versions'>;

export function splitCalls({ projects, publish }: Context): Calls {
  return {
    'split.make': async ({ projectId, options }) => {
      const split = splitProject(projects.get(projectId), options);
      publish({ type: 'split.made', projectId, split });
      return split;
    },
    'split.current': async ({ projectId }) => currentSplit(projects.get(projectId).db),
    'dataset.versions': async ({ projectId }) => datasetVersions(projects.get(projectId).db),
  };
}
