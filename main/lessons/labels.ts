// Lesson 2: how many labels a pretrained network saves.
import type { LessonImage } from '#contract/jobs.ts';
import type { LessonPlot, PlotSeries } from '#contract/lessons.ts';
import { stream } from '../random.ts';
import type { Classroom, Training } from './classroom.ts';
import { defineLesson, seed, whole } from './lesson.ts';
import { accuracyAxis, guessing, mean, spread } from './plot.ts';
import { percent, say } from './say.ts';

const shares = [0.05, 0.1, 0.25, 0.5, 1] as const;
/** Of the labels, for the network that is only read out: its answer depends on which ones it gets, and it is fitted in a second. */
const draws = 3;
/** A small network made for small sets, at a small size: one as large as the pretrained one learns still less from so few pictures. */
const scratch = { backbone: 'cbr_tiny', size: 64, strategy: 'from-scratch', values: { augmentation: 'none', batchSize: 16, learningRate: 0.002, patience: 0 } } as const;
/** Small shares are gone through several times in an epoch, so that every share gets as many updates as all labels do. */
const leastPerEpoch = 180;
/** A training from scratch takes about as long as so many readings out. */
const scratchParts = 6;

export const labels = defineLesson({
  id: 'labels',
  seconds: 120,
  params: { epochs: whole(10, 2, 60), seed },
  async run({ epochs, seed }, room) {
    const training = room.document.images.filter(({ partition }) => partition === 'train');
    // Nothing is chosen on these: the head's penalty comes from the training pictures, and from scratch the last epoch counts.
    const unseen = room.document.images.filter(({ partition }) => partition !== 'train').map((image): LessonImage => ({ ...image, partition: 'validation' }));
    room.parts(shares.length * (draws + scratchParts));
    const pretrained: Point[] = [], fromScratch: Point[] = [];
    const show = () => room.show(plotOf(room, unseen, pretrained, fromScratch));
    const lastAccuracy = async (what: Omit<Training, 'seed'>) => (await room.train({ ...what, seed })).epochs.at(-1)?.validation.accuracy ?? 0;
    for (const share of shares) {
      const found: number[] = [];
      for (let draw = 0; draw < draws; draw++) {
        const some = stratified(training, share, seed + draw);
        found.push(await lastAccuracy({ backbone: room.document.backbone, weights: 'pretrained', size: room.document.preprocessing.size[0], strategy: 'feature-extraction', values: {}, images: [...some, ...unseen] }));
      }
      const some = stratified(training, share, seed);
      pretrained.push(spread(some.length, found));
      show();
      const often = Math.max(1, Math.round(leastPerEpoch / some.length));
      const again = Array.from({ length: often }, (_, turn) => some.map((image) => ({ ...image, id: `${image.id}/${turn}` }))).flat();
      fromScratch.push(spread(some.length, [await lastAccuracy({ ...scratch, weights: 'none', values: { ...scratch.values, epochs }, images: [...again, ...unseen] })]));
      for (let part = 1; part < scratchParts; part++) room.partDone();
      show();
    }
    return { plot: plotOf(room, unseen, pretrained, fromScratch), sentences: sentences(pretrained, fromScratch) };
  },
});

type Point = PlotSeries['points'][number];

/** The same share of each class; at least two of each, or there is nothing to tell apart. */
function stratified(images: readonly LessonImage[], share: number, seed: number): LessonImage[] {
  const order = stream(seed, 'lesson/labels').permutation(0, images.length);
  const byClass = Map.groupBy(Array.from(order, (i) => images[i]!), ({ targets }) => targets[0]);
  return [...byClass.values()].flatMap((own) => own.slice(0, Math.max(2, Math.round(share * own.length))));
}

function plotOf({ document }: Classroom, unseen: readonly LessonImage[], pretrained: readonly Point[], fromScratch: readonly Point[]): LessonPlot {
  return {
    title: say('lesson.labels.plot', { n: unseen.length, subjects: new Set(unseen.map(({ group }) => group)).size }),
    x: { title: say('lesson.axis.labels'), scale: 'log', from: null, to: null, names: [] },
    y: accuracyAxis,
    series: [{ name: say('lesson.labels.pretrained'), points: [...pretrained] }, { name: say('lesson.labels.scratch'), points: [...fromScratch] }],
    levels: [{ name: say('lesson.level.guessing', { n: document.classes.length }), y: guessing(unseen.map(({ targets }) => targets[0]!)) }],
  };
}

function sentences(pretrained: readonly Point[], fromScratch: readonly Point[]) {
  const best = mean(fromScratch.slice(-1).map(({ y }) => y!)), most = fromScratch.at(-1)!.x;
  const enough = pretrained.find(({ y }) => y! >= best);
  const gaps = pretrained.map(({ y }, i) => y! - fromScratch[i]!.y!);
  const values = { few: pretrained[0]!.x, first: percent(gaps[0]!), many: most, last: percent(gaps.at(-1)!) };
  return [
    enough ? say('lesson.labels.fewer', { n: enough.x, share: percent(enough.y!), many: most, scratch: percent(best) }) : say('lesson.labels.never', { many: most, scratch: percent(best), share: percent(pretrained.at(-1)!.y!) }),
    gaps[0]! > gaps.at(-1)! ? say('lesson.labels.closes', values) : say('lesson.labels.stays', values),
  ] as const;
}
