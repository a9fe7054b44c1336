// Calls about what this Fovea can do: engines, backbones, strategies.
import type { Handlers } from '#contract/api.ts';
import { doctor } from '../engines/index.ts';
import { startTimes } from '../jobs/backbone-times.ts';
import { startDownload } from '../jobs/download.ts';
import { strategies } from '../learning/index.ts';
import { maskStrategies } from '../learning/segmentation/index.ts';
import { allowNetwork, backboneRecords, networkState, weightsEntry } from '../weights/index.ts';
import type { Context } from './context.ts';
import { ownProject } from './own-project.ts';

type Calls = Pick<Handlers, 'app.doctor' | 'app.version' | 'app.network' | 'app.allowNetwork' | 'backbone.list' | 'backbone.measure' | 'backbone.download' | 'strategy.list'>;

export function catalogueCalls({ platform, projects, runner }: Context): Calls {
  const { home, resources, version, electron } = platform;
  return {
    'app.doctor': async () => {
      const engines = await doctor(home);
      const chosen = engines.find(({ available, trains }) => available && trains)?.id ?? 'wasm';
      return { node: process.versions.node, electron, engines, chosen, home };
    },
    'app.version': async () => ({ version, platform: `${process.platform} ${process.arch}` }),
    'app.network': () => networkState(home),
    'app.allowNetwork': async ({ allowed }) => {
      await allowNetwork(home, allowed);
      return networkState(home);
    },
    'backbone.list': ({ task }) => backboneRecords({ home, resources }, task),
    'backbone.measure': async ({ projectId, backbones, task = 'classification' }) => {
      const project = projectId === null ? await ownProject(platform.home, projects) : projects.get(projectId);
      return { projectId: project.record.id, jobId: startTimes(runner, project, task, backbones) };
    },
    'backbone.download': async ({ projectId, weights }) => {
      weightsEntry(weights, resources);
      return { jobId: startDownload(runner, projects.get(projectId), weights) };
    },
    'strategy.list': async ({ task }) => (task === 'segmentation' ? maskStrategies : strategies).map(({ id, group, title, summary, params }) => ({ id, group, title, summary, params })),
  };
}
