// Lesson 1: what early layers have learned from photographs serves other pictures too (Yosinski et al. 2014).
import type { LessonPlot, PlotSeries } from '#contract/lessons.ts';
import { baseValues } from '../learning/model.ts';
import { initialValues, variant } from '../nets/index.ts';
import { featuresOf, probe, rightOf } from './features.ts';
import { defineLesson, seed, whole } from './lesson.ts';
import { accuracyAxis, guessing, mean } from './plot.ts';
import { percent, say } from './say.ts';

/** A stage is called as good as another within this much of the accuracy. */
const close = 0.05;

export const earlyLayers = defineLesson({
  id: 'early-layers',
  seconds: 50,
  params: { size: whole(160, 64, 224), seed },
  async run({ size, seed }, room) {
    const { document } = room, { images, classes } = document;
    const preprocessing = { ...document.preprocessing, size: [size, size] satisfies [number, number] };
    const network = variant(document.backbone).build({ classes: classes.length, inputSize: preprocessing.size, channels: preprocessing.channels });
    const stages = network.stages.slice(0, -1);
    const unseen = images.filter(({ partition }) => partition === 'test');
    const drawn = initialValues(network, seed, { head: 'zero' });
    const base = await baseValues(document.weights, network);
    const arms = [
      { name: say('lesson.early.pretrained'), values: new Map([...drawn].map(([name, tensor]) => [name, base.get(name) ?? tensor])) },
      { name: say('lesson.early.random'), values: drawn },
    ];
    room.parts(arms.length * (1 + stages.length));
    const series: PlotSeries[] = [];
    const plot = (): LessonPlot => ({
      title: say('lesson.early.plot', { n: unseen.length }),
      x: { title: say('lesson.axis.stage'), scale: 'linear', from: 1, to: stages.length, names: [] },
      y: accuracyAxis,
      series: series.map(({ name, points }) => ({ name, points: [...points] })),
      levels: [{ name: say('lesson.level.guessing', { n: classes.length }), y: guessing(unseen.map(({ targets }) => targets[0]!)) }],
    });
    for (const { name, values } of arms) {
      const features = await featuresOf(room, network, values, stages.map(({ end }) => end), preprocessing, images);
      room.partDone();
      const one: PlotSeries = { name, points: [] };
      series.push(one);
      stages.forEach(({ end }, i) => {
        room.stopIfAsked();
        const y = mean(rightOf(probe(features.get(end)!, images, { classes: classes.length, fitted: ({ partition }) => partition !== 'test', asked: ({ partition }) => partition === 'test', seed }), unseen));
        one.points.push({ x: i + 1, y, low: null, high: null });
        room.partDone();
        room.show(plot());
      });
    }
    const [pretrained, random] = series.map(({ points }) => points.map(({ y }) => y!)) as [number[], number[]]; // two in, two out
    const best = Math.max(...pretrained), enough = pretrained.findIndex((y) => y >= best - close);
    const early = Math.max(...pretrained.slice(0, 2)), chance = Math.max(...random);
    const values = { stage: enough + 1, stages: stages.length, share: percent(pretrained[enough]!), best: percent(best) };
    return {
      plot: plot(),
      sentences: [
        enough < stages.length - 1 ? say('lesson.early.enough', values) : say('lesson.early.last', values),
        best > chance + close ? say('lesson.early.beats', { early: percent(early), best: percent(best), random: percent(chance) }) : say('lesson.early.alike', { best: percent(best), random: percent(chance) }),
      ],
    };
  },
});
