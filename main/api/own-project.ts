// The project of Fovea's own, in the person's folder: for lessons, and for jobs that belong to nobody's project.
import type { Project } from '../db/index.ts';
import { hasLessons, lessonsFolder } from '../jobs/lesson.ts';
import type { Projects } from './projects.ts';

/** Made when it is first asked for. */
export function ownProject(home: string, projects: Projects): Promise<Project> {
  return hasLessons(home) ? projects.open(lessonsFolder(home)) : projects.create(lessonsFolder(home), { name: 'Lessons', task: 'classification' });
}
