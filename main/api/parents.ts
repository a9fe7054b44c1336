// The models that a run can begin with: those of the project, and of the recent ones.
import type { Result } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import { models, readProject } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import type { Platform } from '../platform.ts';
import { recentProjects } from './recent.ts';

type Offer = Result<'model.parents'>[number];

/** Own models first, then those of recent projects, newest first. A project that cannot be read now offers nothing. */
export async function parentModels(platform: Platform, project: Project): Promise<Offer[]> {
  const others = (await recentProjects(platform)).filter(({ folder, missing }) => !missing && folder !== project.record.folder);
  const offers = await Promise.all(others.map(async ({ folder }) => {
    try {
      const other = await readProject(folder);
      try {
        return offersOf(other, folder);
      } finally {
        other.close();
      }
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      platform.log('warning', `the models of ${folder} cannot be offered`, error);
      return [];
    }
  }));
  return [...offersOf(project, null), ...offers.flat()];
}

function offersOf({ db, record: { name, task } }: Project, folder: string | null): Offer[] {
  return models(db).toReversed().map((model) => ({ folder, project: name, task, model }));
}
