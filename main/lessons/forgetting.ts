// Lesson 4: a network that learns a new site forgets the old one, and what keeps it from that.
import type { LessonImage } from '#contract/jobs.ts';
import type { LessonPlot, Said } from '#contract/lessons.ts';
import type { StrategyValues } from '#contract/runs.ts';
import { strategies } from '../learning/index.ts';
import { defineLesson, seed, whole } from './lesson.ts';
import { accuracyAxis, guessing, namesAxis } from './plot.ts';
import { percent, say } from './say.ts';

const size = 96;
const pulled = { augmentation: 'none', schedule: 'constant', patience: 0, batchSize: 16, clipNorm: 1 } as const;
const steps = { ...pulled, layerDecay: 1 } as const;

interface Cure {
  readonly name: Said;
  readonly strategy: string;
  readonly values: StrategyValues;
  /** Whether pictures of the old site are learned along. */
  readonly rehearses?: true;
}

const plain: Cure = { name: say('lesson.forgetting.plain'), strategy: 'fine-tune', values: { ...steps, learningRate: 0.02 } };
const cures: readonly Cure[] = [
  plain,
  { name: say('lesson.forgetting.lowRate'), strategy: 'fine-tune', values: { ...steps, learningRate: 0.002 } },
  { name: say('lesson.forgetting.l2sp'), strategy: 'l2-sp', values: { ...pulled, learningRate: 0.02, backboneRate: 1, alpha: 0.1 } },
  { name: say('lesson.forgetting.rehearsal'), strategy: 'fine-tune', values: { ...steps, learningRate: 0.02 }, rehearses: true },
];

export const forgetting = defineLesson({
  id: 'forgetting',
  seconds: 110,
  params: { epochs: whole(6, 2, 30), seed },
  async run({ epochs, seed }, room) {
    const { images, backbone } = room.document;
    const [first, second] = sitesOf(images);
    const at = (site: string, ...partitions: LessonImage['partition'][]) => images.filter((image) => image.site === site && partitions.includes(image.partition));
    // Held out: what no training of this lesson sees. Validation pictures of both sites choose epochs only.
    const oldUnseen = at(first, 'test'), newUnseen = at(second, 'test');
    const tried = cures.filter(({ strategy: wanted }) => strategies.some(({ id }) => id === wanted));
    room.parts(1 + tried.length);
    const parent = await room.train({ backbone, weights: 'pretrained', size, strategy: 'fine-tune', values: { ...plain.values, epochs }, images: at(first, 'train', 'validation'), seed });
    const before = { old: await room.accuracy(parent, oldUnseen), new: await room.accuracy(parent, newUnseen) };
    const found: Found[] = [{ name: say('lesson.forgetting.before'), ...before }];
    const plot = () => plotOf(found, [first, second], [oldUnseen, newUnseen]);
    room.show(plot());
    for (const { name, strategy, values, rehearses } of tried) {
      const own = at(second, 'train', 'validation');
      const child = await room.train({ backbone, weights: room.weightsOf(parent), size, strategy, values: { ...values, epochs }, images: rehearses ? [...own, ...at(first, 'train')] : own, seed });
      found.push({ name, old: await room.accuracy(child, oldUnseen), new: await room.accuracy(child, newUnseen) });
      room.show(plot());
    }
    return { plot: plot(), sentences: sentences(found, first, second) };
  },
});

interface Found { readonly name: Said; readonly old: number; readonly new: number }

/** The two sites, the one with more pictures first. */
function sitesOf(images: readonly LessonImage[]): [string, string] {
  const sites = [...Map.groupBy(images, ({ site }) => site ?? '')].sort(([, a], [, b]) => b.length - a.length).map(([site]) => site);
  if (sites.length < 2) throw new Error('the sample has one site only');
  return [sites[0]!, sites[1]!];
}

function plotOf(found: readonly Found[], [first, second]: readonly [string, string], [oldUnseen, newUnseen]: readonly [readonly LessonImage[], readonly LessonImage[]]): LessonPlot {
  const points = (value: (one: Found) => number) => found.map((one, x) => ({ x, y: value(one), low: null, high: null }));
  return {
    title: say('lesson.forgetting.plot', { old: oldUnseen.length, new: newUnseen.length }),
    x: namesAxis(say('lesson.axis.method'), found.map(({ name }) => name)),
    y: accuracyAxis,
    series: [
      { name: say('lesson.forgetting.new', { site: second }), points: points((one) => one.new) },
      { name: say('lesson.forgetting.old', { site: first }), points: points((one) => one.old) },
    ],
    levels: [{ name: say('lesson.level.commonest'), y: guessing(oldUnseen.map(({ targets }) => targets[0]!)) }],
  };
}

function sentences(found: readonly Found[], first: string, second: string) {
  const [before, after, ...others] = found as [Found, Found, ...Found[]]; // the parent, plain fine-tuning, the cures
  const lost = before.old - after.old;
  // Of the cures, the one that keeps and learns most together.
  const best = others.reduce((a, b) => (b.old + b.new > a.old + a.new ? b : a));
  const values = { old: first, new: second, before: percent(before.old), after: percent(after.old), learned: percent(after.new), was: percent(before.new) };
  const cure = { method: best.name.key, kept: percent(best.old), learned: percent(best.new), old: first, new: second };
  return [
    lost > 0.02 ? say('lesson.forgetting.forgets', values) : say('lesson.forgetting.keeps', values),
    best.old > after.old ? say('lesson.forgetting.cure', cure) : say('lesson.forgetting.noCure', cure),
  ] as const;
}
