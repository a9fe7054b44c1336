// Calls about pictures: bringing them in, listing them, what hangs on them.
import { ImportReport } from '#contract/import.ts';
import type { Handlers } from '#contract/api.ts';
import { duplicates, imageIds, imageRows, subjects } from '../db/index.ts';
import { startImport } from '../jobs/import.ts';
import { reportOf } from '../jobs/report.ts';
import { mostUncertainFirst } from '../jobs/uncertainty.ts';
import { changedMasks, presetOf } from './changed-tile.ts';
import type { Context } from './context.ts';

type Calls = Pick<Handlers, 'image.import' | 'image.importReport' | 'image.ids' | 'image.rows' | 'image.duplicates' | 'image.subjects' | 'image.changedMasks'>;

export function imageCalls({ projects, runner }: Context): Calls {
  return {
    'image.import': async ({ projectId, options }) => ({ jobId: startImport(runner, projects.get(projectId), options) }),
    'image.importReport': async ({ projectId, jobId }) => reportOf(projects.get(projectId), jobId, ImportReport),
    'image.ids': async ({ projectId, filter, order }) => {
      const project = projects.get(projectId), ids = imageIds(project.db, filter);
      return order === 'uncertain' ? mostUncertainFirst(project, ids) : ids;
    },
    'image.rows': async ({ projectId, ids }) => imageRows(projects.get(projectId).db, ids),
    'image.duplicates': async ({ projectId }) => duplicates(projects.get(projectId).db),
    'image.changedMasks': ({ projectId, imageId, preset, seed, side, scale, turns }) => {
      const project = projects.get(projectId);
      return Promise.all(Array.from({ length: turns }, (_, turn) => changedMasks(project, imageId, { preset: presetOf(preset), seed, side, scale }, turn)));
    },
    'image.subjects': async ({ projectId }) => subjects(projects.get(projectId).db),
  };
}
