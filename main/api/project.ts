// Calls about projects as a whole.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Handlers } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import type { ProjectRecord } from '#contract/records.ts';
import { classCounts, currentDatasetHash, findProjectEdit, imageCounts, importedMaskKind, looks, models, partitionCounts, runs } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { startSample } from '../jobs/sample.ts';
import type { Context } from './context.ts';
import { recentProjects, remember } from './recent.ts';
import { summaryOf } from './summary.ts';

type Calls = Pick<Handlers, 'project.create' | 'project.open' | 'project.close' | 'project.recent' | 'project.summary' | 'project.status' | 'project.maskKind' | 'project.sample'>;

export function projectCalls({ platform, projects, runner, publish }: Context): Calls {
  async function opened({ record }: Project): Promise<ProjectRecord> {
    await remember(platform, record);
    publish({ type: 'project.changed', project: record });
    return record;
  }
  return {
    'project.create': async ({ folder, name, task }) => opened(await projects.create(resolve(folder), { name, task })),
    'project.open': async ({ folder }) => opened(await projects.open(resolve(folder))),
    'project.close': async ({ projectId }) => {
      await projects.close(projectId);
      return {};
    },
    'project.recent': () => recentProjects(platform),
    'project.summary': ({ folder }) => projects.look(resolve(folder), summaryOf),
    'project.status': async ({ projectId }) => {
      const { db } = projects.get(projectId);
      const { images, labelled, unsure, skipped, excluded, duplicated, boxes, subjects, sites } = imageCounts(db);
      return {
        images, labelled, unsure, skipped, excluded, duplicated, boxes, subjects, sites,
        classes: classCounts(db),
        split: partitionCounts(db),
        datasetVersion: currentDatasetHash(db),
        runs: runs(db).length,
        models: models(db).length,
        testLooks: looks(db),
      };
    },
    'project.maskKind': async ({ projectId }) => {
      const { db } = projects.get(projectId);
      return { chosen: findProjectEdit(db, projectId)?.maskKind ?? null, imported: importedMaskKind(db) };
    },
    'project.sample': async ({ folder, task }) => {
      const place = resolve(folder);
      if (existsSync(place) && existsSync(resolve(place, 'pictures'))) throw new StudioError('conflict', 'sample.exists', { folder: place }, `There is a folder "pictures" in ${place} already. Choose an empty folder for the sample project.`);
      const project = await projects.create(place, { name: task === 'segmentation' ? 'Sample: cells to outline' : 'Sample: cells', task });
      return { project: await opened(project), jobId: startSample(runner, project) };
    },
  };
}
