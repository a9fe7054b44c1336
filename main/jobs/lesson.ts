// Lessons: run by a job on the sample's pictures, in a project of their own that lies in the home folder, so that nobody's project is touched.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import { PROTOCOL } from '#contract/jobs.ts';
import type { LessonDocument, LessonImage } from '#contract/jobs.ts';
import { lessonTexts } from '#contract/lesson-texts.ts';
import { LessonResult } from '#contract/lessons.ts';
import type { LessonId, LessonValues } from '#contract/lessons.ts';
import { SplitOptions } from '#contract/records.ts';
import { RunOptions } from '#contract/runs.ts';
import { currentSplit, datasetState, duplicates, imageCounts, reportsOf, writeReport } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { lessons, readValues } from '../lessons/index.ts';
import { jobImage, runPictures } from './pictures.ts';
import type { JobRunner } from './runner.ts';
import { bringSample, samplePictures } from './sample.ts';
import { splitProject } from './split.ts';
import { superviseUnder } from './supervised.ts';
import { chooseWeights } from './weights.ts';

/** Where the lessons' project lies. */
export const lessonsFolder = (home: string): string => join(home, 'lessons');

/** Whether any lesson has been run here. */
export const hasLessons = (home: string): boolean => existsSync(join(lessonsFolder(home), 'project.fovea'));

/** Throws `invalid` for values that the lesson does not take, and `conflict` while another lesson runs. */
export function startLesson(runner: JobRunner, project: Project, lesson: LessonId, values: LessonValues): string {
  readValues(lessons.find(({ id }) => id === lesson)!, values);
  if (project.record.readOnly !== null) throw new StudioError('conflict', 'lesson.elsewhere', {}, 'Another Fovea on this machine has the lessons open. Close it there first.');
  if (lessons.some(({ id }) => runner.isBusyWith(id))) throw new StudioError('conflict', 'lesson.busy', {}, 'A lesson is running. Stop it, or wait for its end.');
  const jobId: string = runner.start(project, {
    kind: 'lesson',
    lane: 'compute',
    subjectId: lesson,
    async work(control) {
      if (imageCounts(project.db).images < samplePictures && await bringSample(runner, project, control) === 'stopped') return 'stopped';
      if (currentSplit(project.db) === null) splitProject(project, SplitOptions.parse({}));
      let done = false;
      await superviseUnder(control, runner.platform, await documentOf(runner, project, control.jobId, lesson, values), (news) => {
        if (news.type === 'progress') control.progress(news);
        if (news.type !== 'lesson') return;
        if (news.result.done) writeReport(project.db, jobId, news.result);
        done ||= news.result.done;
        runner.publish({ type: 'lesson.result', projectId: project.record.id, jobId, result: news.result });
      });
      return done ? 'finished' : 'stopped';
    },
  });
  return jobId;
}

/** What each lesson showed when it was last run to its end. */
export function lessonResults({ db }: Project): LessonResult[] {
  const newest = new Map<string, LessonResult>();
  for (const report of reportsOf(db, 'lesson')) {
    const { data } = LessonResult.safeParse(report);
    // One of an older Fovea, in another form or in words that are no more, is run again.
    if (data?.sentences.every(({ key }) => Object.hasOwn(lessonTexts, key))) newest.set(data.lesson, data);
  }
  return [...newest.values()];
}

async function documentOf({ platform }: JobRunner, { db, blobs }: Project, jobId: string, lesson: LessonId, values: LessonValues): Promise<LessonDocument> {
  const options = RunOptions.parse({});
  const { weights, preprocessing } = await chooseWeights(platform, options);
  const state = datasetState(db, currentSplit(db)?.id ?? null);
  const { pictures } = runPictures(state, duplicates(db), state.classes.map(({ id }) => id), null);
  return {
    kind: 'lesson', protocol: PROTOCOL, jobId, blobs: blobs.folder, home: platform.home, backbone: options.backbone, weights, classes: state.classes.map(({ name }) => name), preprocessing,
    threads: availableParallelism(), precision: 'float32', engine: 'auto', seed: 0, lesson, values,
    images: pictures.map((picture): LessonImage => ({ ...jobImage(picture), site: picture.image.site })),
  };
}
