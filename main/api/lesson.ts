// Calls about lessons: what there is, what was seen already, and running one.
import type { Handlers } from '#contract/api.ts';
import { hasLessons, lessonResults, startLesson } from '../jobs/lesson.ts';
import { lessonRecords } from '../lessons/index.ts';
import type { Context } from './context.ts';
import { ownProject } from './own-project.ts';

type Calls = Pick<Handlers, 'lesson.list' | 'lesson.start'>;

export function lessonCalls({ platform: { home }, projects, runner }: Context): Calls {
  return {
    'lesson.list': async () => {
      const project = hasLessons(home) ? await ownProject(home, projects) : null;
      return { lessons: [...lessonRecords], results: project === null ? [] : lessonResults(project), projectId: project?.record.id ?? null };
    },
    'lesson.start': async ({ lesson, values }) => {
      const project = await ownProject(home, projects);
      return { projectId: project.record.id, jobId: startLesson(runner, project, lesson, values) };
    },
  };
}
