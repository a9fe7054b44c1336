// Calls about lessons: what there is, what was seen already, and running one.
import type { Handlers } from '#contract/api.ts';
import type { Project } from '../db/index.ts';
import { hasLessons, lessonResults, lessonsFolder, startLesson } from '../jobs/lesson.ts';
import { lessonRecords } from '../lessons/index.ts';
import type { Context } from './context.ts';

type Calls = Pick<Handlers, 'lesson.list' | 'lesson.start'>;

export function lessonCalls({ platform: { home }, projects, runner }: Context): Calls {
  /** Made when the first lesson is run. */
  const opened = (): Promise<Project> => hasLessons(home) ? projects.open(lessonsFolder(home)) : projects.create(lessonsFolder(home), { name: 'Lessons', task: 'classification' });
  return {
    'lesson.list': async () => {
      const project = hasLessons(home) ? await opened() : null;
      return { lessons: [...lessonRecords], results: project === null ? [] : lessonResults(project), projectId: project?.record.id ?? null };
    },
    'lesson.start': async ({ lesson, values }) => {
      const project = await opened();
      return { projectId: project.record.id, jobId: startLesson(runner, project, lesson, values) };
    },
  };
}
