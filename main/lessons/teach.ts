// The job of a lesson: the experiment, its plot as it grows, and at the end the sentences.
import type { LessonDocument } from '#contract/jobs.ts';
import type { LessonPlot, Said } from '#contract/lessons.ts';
import type { JobIo } from '../jobs/io.ts';
import { openClassroom } from './classroom.ts';
import { lessons } from './list.ts';
import { readValues } from './lesson.ts';

export async function teach(document: LessonDocument, io: JobIo): Promise<void> {
  const lesson = lessons.find(({ id }) => id === document.lesson);
  if (!lesson) throw new Error(`no lesson ${document.lesson}`);
  const values = readValues(lesson, document.values), began = performance.now();
  const tell = (plot: LessonPlot, sentences: readonly Said[], done: boolean) => io.send({
    type: 'lesson', result: { lesson: lesson.id, values, plot, sentences: [...sentences], done, seconds: (performance.now() - began) / 1000, at: new Date().toISOString(), engine: room.engine() },
  });
  const room = openClassroom(document, io, (plot) => tell(plot, [], false));
  const { plot, sentences } = await lesson.run(values, room);
  tell(plot, sentences, true);
}
