// Lesson 3: a learning rate that is too high destroys what was transferred.
import type { LessonPlot, PlotSeries } from '#contract/lessons.ts';
import type { Classroom, Trained } from './classroom.ts';
import { defineLesson, decimal, seed, whole } from './lesson.ts';
import { epochAxis, line } from './plot.ts';
import { say } from './say.ts';

/** Steps from one rate to the next. */
const factor = 10;
const rates = 4;
/** A loss beyond this is drawn at the top: what matters is that it lies above guessing. */
const top = 4;

export const rate = defineLesson({
  id: 'rate',
  seconds: 60,
  params: { lowest: decimal(0.0005, 1e-5, 0.1), epochs: whole(5, 2, 20), seed },
  async run({ lowest, epochs, seed }, room) {
    const images = room.document.images.filter(({ partition }) => partition !== 'test');
    room.parts(rates);
    const done: { readonly rate: number; readonly trained: Trained }[] = [];
    for (let i = 0; i < rates; i++) {
      const learningRate = Number((lowest * factor ** i).toPrecision(3));
      const values = { epochs, learningRate, schedule: 'constant', clipNorm: 0, augmentation: 'none', patience: 0, layerDecay: 1 };
      done.push({ rate: learningRate, trained: await room.train({ backbone: room.document.backbone, weights: 'pretrained', size: 96, strategy: 'fine-tune', values, images, seed }) });
      room.show(plotOf(room, done, epochs));
    }
    return { plot: plotOf(room, done, epochs), sentences: sentences(done, room.document.classes.length, epochs) };
  },
});

type Arm = { readonly rate: number; readonly trained: Trained };

/** Validation losses; what diverged has no number for the epochs that it did not reach. */
function losses({ trained }: Arm, epochs: number): number[] {
  return Array.from({ length: epochs }, (_, i) => trained.epochs[i]?.validation.loss ?? NaN);
}

function plotOf({ document }: Classroom, done: readonly Arm[], epochs: number): LessonPlot {
  const drawn = (arm: Arm): PlotSeries => line(say('lesson.rate.series', { rate: String(arm.rate) }), losses(arm, epochs).map((loss) => Math.min(top, Number.isFinite(loss) ? loss : top)));
  return {
    title: say('lesson.rate.plot', { n: document.images.filter(({ partition }) => partition === 'validation').length }),
    x: epochAxis,
    y: { title: say('lesson.axis.lossTo', { top }), scale: 'linear', from: 0, to: top, names: [] },
    series: done.map(drawn),
    levels: [{ name: say('lesson.level.uniform', { n: document.classes.length }), y: Math.log(document.classes.length) }],
  };
}

function sentences(done: readonly Arm[], classes: number, epochs: number) {
  const last = done.map((arm) => ({ rate: String(arm.rate), loss: losses(arm, epochs).at(-1)! }));
  const best = last.reduce((a, b) => (b.loss < a.loss ? b : a));
  const lost = last.filter(({ loss }) => !(loss < Math.log(classes)));
  return [
    say('lesson.rate.best', { rate: best.rate, loss: best.loss.toFixed(2), epochs }),
    lost.length > 0 ? say('lesson.rate.lost', { rate: lost[0]!.rate, uniform: Math.log(classes).toFixed(2), n: classes }) : say('lesson.rate.none', { uniform: Math.log(classes).toFixed(2), rate: last.at(-1)!.rate }),
  ] as const;
}
