// Lessons as data: texts, numbers that may be changed, and the arithmetic of their plots. That they run is shown by the bench, and by the one below that takes seconds.
import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { lessonTexts } from '#contract/lesson-texts.ts';
import type { JobMessage, LessonDocument } from '#contract/jobs.ts';
import { listener, testProject, trainDocument } from '../learning/testing/project.ts';
import { meansOverPlaces } from './features.ts';
import { inEnglish, lessonRecords, lessons, readValues, teach } from './index.ts';
import { guessing, line, spread } from './plot.ts';
import { say } from './say.ts';

test('there are the seven lessons of the lecture, each with a title, a question, a seed, and under three minutes', () => {
  deepEqual(lessonRecords.map(({ id, number }) => [id, number]), [['early-layers', 1], ['labels', 2], ['rate', 3], ['forgetting', 4], ['negative-transfer', 5], ['depth', 6], ['sigmoid', 7]]);
  for (const { title, question, params, seconds } of lessonRecords) {
    ok(inEnglish(title) !== title.key && inEnglish(question).endsWith('?'));
    ok(params.some(({ id }) => id === 'seed') && params.every(({ id, default: from, min, max }) => `lesson.param.${id}` in lessonTexts && from >= min && from <= max));
    ok(seconds < 180);
  }
});

test('given numbers replace defaults, and a name or a number that the lesson does not take is refused', () => {
  const rate = lessons.find(({ id }) => id === 'rate')!;
  equal(readValues(rate, { seed: 9 })['seed'], 9);
  const refused = (values: Record<string, number>, key: string) => throws(() => readValues(rate, values), (error) => error instanceof StudioError && error.code === 'invalid' && error.key === key);
  refused({ speed: 1 }, 'lesson.param');
  refused({ epochs: 2.5 }, 'lesson.value');
  refused({ lowest: NaN }, 'lesson.value');
});

test('a value that is itself a text is said in the same language', () => {
  const values = { kept: 90, points: 30, low: 12, high: 45, learned: 80, plain: 85, frozen: 70 };
  ok(inEnglish(say('lesson.forgetting.cure', { method: 'lesson.forgetting.rehearsal', ...values })).startsWith('"rehearsal" keeps 90 %, 30 points more than that (12 to 45), and is right in 80 %'));
});

test('lines leave gaps where there is no number, ranges hold their mean, and guessing is the share of the commonest', () => {
  deepEqual(line(say('lesson.sigmoid.relu'), [1, NaN]).points.map(({ x, y }) => [x, y]), [[1, 1], [2, null]]);
  deepEqual(spread(3, [0.5, 0.75, 1]), { x: 3, y: 0.75, low: 0.5, high: 1 });
  equal(guessing([0, 1, 1, 2]), 0.5);
});

test('features are means over places, channel by channel', () => {
  deepEqual([...meansOverPlaces({ shape: [2, 1, 2, 2], data: Float32Array.of(1, 10, 3, 30, 5, 50, 7, 70) })], [2, 20, 6, 60]);
});

test('the lesson about lost gradients runs: nearly nothing arrives through sigmoids, and the last word has two sentences', async (t) => {
  const project = await testProject(t, { training: 12, validation: 4 });
  const { task: _task, strategy: _strategy, dataset: _dataset, resume: _resume, resumeEngine: _engine, runId: _run, ...common } = await trainDocument(project);
  const document: LessonDocument = { ...common, kind: 'lesson', lesson: 'sigmoid', values: { pictures: 12 }, images: project.images.map((image) => ({ ...image, site: null })) };
  const told = listener(project.blobs);
  await teach(document, told);
  const results = told.messages.filter((message): message is Extract<JobMessage, { type: 'lesson' }> => message.type === 'lesson').map(({ result }) => result);
  const last = results.at(-1)!;
  ok(last.done && last.sentences.length === 2 && results.slice(0, -1).every(({ done }) => !done));
  const [relu, sigmoid] = last.plot.series.map(({ points }) => points[0]!.y! / points.at(-1)!.y!);
  // A sigmoid's slope is at most a quarter, so of nineteen layers little is left.
  ok(sigmoid! < 1e-6 && relu! > 1e-3);
  ok(last.sentences.map(inEnglish).every((sentence) => !sentence.includes('{')));
});
