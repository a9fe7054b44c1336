// Lesson 6: more layers without shortcuts learn worse, even the pictures they are trained on (He et al. 2016, figure 1).
import type { LessonPlot } from '#contract/lessons.ts';
import type { Classroom, Trained } from './classroom.ts';
import { defineLesson, seed, whole } from './lesson.ts';
import { epochAxis, line } from './plot.ts';
import { say } from './say.ts';

const arms = [
  { backbone: 'plain20', name: say('lesson.depth.plain20') },
  { backbone: 'plain56', name: say('lesson.depth.plain56') },
  { backbone: 'resnet56', name: say('lesson.depth.resnet56') },
] as const;
/** Losses closer than this are called alike. */
const alike = 0.02;

export const depth = defineLesson({
  id: 'depth',
  seconds: 100,
  params: { epochs: whole(12, 2, 60), seed },
  async run({ epochs, seed }, room) {
    const images = room.document.images.filter(({ partition }) => partition !== 'test');
    room.parts(arms.length);
    const done: Trained[] = [];
    for (const { backbone } of arms) {
      const values = { epochs, augmentation: 'none', optimizer: 'sgd', learningRate: 0.05, batchSize: 20, weightDecay: 1e-4, patience: 0, schedule: 'cosine' };
      done.push(await room.train({ backbone, weights: 'none', size: 32, strategy: 'from-scratch', values, images, seed }));
      room.show(plotOf(room, done));
    }
    const [plain20, plain56, resnet56] = done.map((one) => one.epochs.at(-1)?.train.loss ?? Infinity) as [number, number, number]; // three in, three out
    const values = { shallow: plain20.toFixed(2), deep: plain56.toFixed(2), shortcut: resnet56.toFixed(2) };
    return {
      plot: plotOf(room, done),
      sentences: [
        plain56 > plain20 + alike ? say('lesson.depth.degrades', values) : say('lesson.depth.not', values),
        resnet56 < plain56 - alike ? say('lesson.depth.shortcuts', values) : say('lesson.depth.noShortcuts', values),
      ],
    };
  },
});

function plotOf({ document }: Classroom, done: readonly Trained[]): LessonPlot {
  return {
    title: say('lesson.depth.plot', { n: document.images.filter(({ partition }) => partition === 'train').length }),
    x: epochAxis,
    y: { title: say('lesson.axis.loss'), scale: 'linear', from: 0, to: null, names: [] },
    series: done.map(({ epochs }, i) => line(arms[i]!.name, epochs.map(({ train }) => train.loss))),
    levels: [{ name: say('lesson.level.uniform', { n: document.classes.length }), y: Math.log(document.classes.length) }],
  };
}
