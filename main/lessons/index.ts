// What the room of lessons holds: what there is, and the job that runs one.
import type { LessonDocument } from '#contract/jobs.ts';
import type { LessonRecord } from '#contract/lessons.ts';
import type { JobIo } from '../jobs/io.ts';
import { paramList } from './lesson.ts';
import { lessons } from './list.ts';
import { say } from './say.ts';

export { lessons } from './list.ts';
export { inEnglish } from './say.ts';
export { readValues } from './lesson.ts';

export const lessonRecords: readonly LessonRecord[] = lessons.map(({ id, seconds, params }, i) => ({
  id, number: i + 1, title: say(`lesson.${id}.title`), question: say(`lesson.${id}.question`), params: paramList(params), seconds,
}));

/** Runs a lesson in a job, and tells its plot as it grows and its sentences at the end. */
export async function teach(document: LessonDocument, io: JobIo): Promise<void> {
  await (await import('./teach.ts')).teach(document, io);
}
