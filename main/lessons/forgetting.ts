// Lesson 4: a network that learns other classes forgets the old ones, and what keeps it from that.
import type { LessonImage } from '#contract/jobs.ts';
import type { LessonPlot, Said } from '#contract/lessons.ts';
import type { StrategyValues } from '#contract/runs.ts';
import { isBetter } from '../evaluation/index.ts';
import type { MeasuredMean } from '../evaluation/index.ts';
import type { Trained, Training } from './classroom.ts';
import { defineLesson, seed, whole } from './lesson.ts';
import { accuracyOf, differenceOf, point } from './measured.ts';
import { accuracyAxis, guessing, namesAxis } from './plot.ts';
import { percent, say } from './say.ts';

const size = 96;
/** One rate for all stages, and a high one: the early stages of a low one would hardly move, and forget little. */
const steps = { augmentation: 'none', schedule: 'constant', patience: 0, batchSize: 16, learningRate: 0.02, weightDecay: 0 } as const;
const everywhere = { ...steps, layerDecay: 1 } as const, held = { ...steps, backboneRate: 1 } as const;

interface Way {
  readonly name: Said;
  readonly strategy: string;
  readonly values: StrategyValues;
}

const plain: Way = { name: say('lesson.forgetting.plain'), strategy: 'fine-tune', values: everywhere };
const frozen: Way = { name: say('lesson.forgetting.frozen'), strategy: 'feature-extraction', values: {} };
const cures: readonly Way[] = [
  { name: say('lesson.forgetting.ewc'), strategy: 'ewc', values: { ...held, lambda: 1000, pictures: 48 } },
  { name: say('lesson.forgetting.lwf'), strategy: 'lwf', values: held },
  { name: say('lesson.forgetting.rehearsal'), strategy: 'rehearsal', values: held },
];

export const forgetting = defineLesson({
  id: 'forgetting',
  seconds: 110,
  params: { epochs: whole(4, 2, 30), seed },
  async run({ epochs, seed }, room) {
    const { images, backbone, classes } = room.document;
    const old = taskOf(images, classes, [0, 1]), next = taskOf(images, classes, [1, 2]);
    const common = { backbone, size, seed };
    const valuesOf = ({ strategy, values }: Way) => (strategy === frozen.strategy ? values : { ...values, epochs });
    room.parts(3 + cures.length);
    const parent = await room.train({ ...common, weights: 'pretrained', strategy: plain.strategy, values: valuesOf(plain), images: old.learned, classes: old.classes });
    const found: Found[] = [];
    const judge = async (name: Said, underOld: readonly number[], learned: readonly number[] | null) => {
      const measured = (right: readonly number[], { unseen }: Task) => ({ right, accuracy: accuracyOf(right, unseen, seed) });
      found.push({ name, old: measured(underOld, old), new: learned && measured(learned, next) });
      room.show(plotOf(found, old, next));
    };
    const before = await room.right(parent.training, parent.model, old.unseen);
    await judge(say('lesson.forgetting.before'), before, null);
    for (const way of [plain, frozen, ...cures]) {
      const training: Training = { ...common, weights: room.weightsOf(parent), parent: { trained: parent, images: old.learned }, strategy: way.strategy, values: valuesOf(way), images: next.learned, classes: next.classes };
      const child: Trained = await room.train(training);
      // A frozen network answers the old question as it did, bit for bit.
      const underOld = way === frozen ? before : await room.right(parent.training, child.underOldHead, old.unseen);
      await judge(way.name, underOld, await room.right(training, child.model, next.unseen));
    }
    return { plot: plotOf(found, old, next), sentences: sentences(found, old, next, seed) };
  },
});

/** Two of the classes, as a project of its own would have them. */
interface Task {
  readonly classes: readonly [string, string];
  readonly learned: readonly LessonImage[];
  /** Of the test partition: what no training of this lesson sees, and nothing is chosen on. */
  readonly unseen: readonly LessonImage[];
}

function taskOf(images: readonly LessonImage[], classes: readonly string[], pair: readonly [number, number]): Task {
  const own = images.flatMap((image) => (pair.includes(image.targets[0]!) ? [{ ...image, targets: [pair.indexOf(image.targets[0]!)] }] : []));
  return { classes: [classes[pair[0]]!, classes[pair[1]]!], learned: own.filter(({ partition }) => partition !== 'test'), unseen: own.filter(({ partition }) => partition === 'test') };
}

interface Answers { readonly right: readonly number[]; readonly accuracy: MeasuredMean }
interface Found { readonly name: Said; readonly old: Answers; readonly new: Answers | null }

function plotOf(found: readonly Found[], old: Task, next: Task): LessonPlot {
  const points = (of: (one: Found) => Answers | null) => found.map((one, x) => point(x, of(one)?.accuracy ?? null));
  return {
    title: say('lesson.forgetting.plot', { old: old.unseen.length, new: next.unseen.length }),
    x: namesAxis(say('lesson.axis.method'), found.map(({ name }) => name)),
    y: accuracyAxis,
    series: [
      { name: say('lesson.forgetting.new', { first: next.classes[0], second: next.classes[1] }), points: points((one) => one.new) },
      { name: say('lesson.forgetting.old', { first: old.classes[0], second: old.classes[1] }), points: points((one) => one.old) },
    ],
    levels: [{ name: say('lesson.level.commonest'), y: guessing(old.unseen.map(({ targets }) => targets[0]!)) }],
  };
}

function sentences(found: readonly Found[], old: Task, next: Task, seed: number) {
  const [before, after, still, ...others] = found as [Found, Found, Found, Found, ...Found[]]; // the parent, plain fine-tuning, the frozen backbone, the cures
  const share = (answers: Answers | null) => percent(answers?.accuracy.value ?? 0);
  const points = ({ value, low, high }: MeasuredMean) => ({ points: percent(value), low: percent(low ?? value), high: percent(high ?? value) });
  const lost = differenceOf(before.old.right, after.old.right, old.unseen, seed);
  const tried = others.map((cure) => ({ cure, kept: differenceOf(cure.old.right, after.old.right, old.unseen, seed), both: cure.old.accuracy.value + (cure.new?.accuracy.value ?? 0) }));
  const sure = tried.filter(({ kept }) => isBetter(kept));
  // Of those that keep more than plain training beyond doubt, the one that keeps and learns most together.
  const best = (sure.length > 0 ? sure : tried).reduce((a, b) => (b.both > a.both ? b : a));
  const first = { oldFirst: old.classes[0], oldSecond: old.classes[1], newFirst: next.classes[0], newSecond: next.classes[1], before: share(before.old), after: share(after.old), ...points(lost) };
  const second = { method: best.cure.name.key, kept: share(best.cure.old), learned: share(best.cure.new), plain: share(after.new), frozen: share(still.new), ...points(best.kept) };
  return [
    isBetter(lost) ? say('lesson.forgetting.forgets', first) : say('lesson.forgetting.keeps', first),
    sure.length > 0 ? say('lesson.forgetting.cure', second) : say('lesson.forgetting.noCure', second),
  ] as const;
}
