// Lesson 5: what was learned elsewhere can hurt. A model that had only to tell the sites apart serves worse than a few labels on the photographs that it began with.
import type { LessonImage } from '#contract/jobs.ts';
import type { LessonPlot, Said } from '#contract/lessons.ts';
import { isBetter, wilson } from '../evaluation/index.ts';
import type { MeasuredMean } from '../evaluation/index.ts';
import { colourHistograms } from '../learning/comparison/colour-histogram.ts';
import { baseValues, modelValues } from '../learning/model.ts';
import { initialValues, variant } from '../nets/index.ts';
import { stream } from '../random.ts';
import type { TensorMap } from '../tensor.ts';
import type { Trained } from './classroom.ts';
import { featuresOf, probe, rightOf } from './features.ts';
import type { Rows } from './features.ts';
import { defineLesson, seed, whole } from './lesson.ts';
import { accuracyOf, differenceOf, point } from './measured.ts';
import { accuracyAxis, guessing, mean, namesAxis } from './plot.ts';
import { percent, say } from './say.ts';

const size = 96;
/** The labels that a linear head is fitted on are drawn so often: with few, it depends on which ones. */
const draws = 8;
/** One in so many subjects of a source project says which epoch is kept. */
const validationEvery = 5;

export const negativeTransfer = defineLesson({
  id: 'negative-transfer',
  seconds: 45,
  params: { epochs: whole(5, 1, 60), labels: whole(8, 2, 30), seed },
  async run({ epochs, labels, seed }, room) {
    const { document } = room, [first, second] = sitesOf(document.images);
    const classes = [document.classes[0]!, document.classes[1]!];
    const images = document.images.filter(({ targets, site }) => targets[0]! < classes.length && (site === first || site === second));
    const learned = images.filter(({ partition }) => partition === 'train');
    // Of other subjects than all that is learned from; nothing is chosen on them.
    const isUnseen = ({ partition }: LessonImage) => partition !== 'train';
    const unseen = images.filter(isUnseen);
    /** Whether a picture comes from the site from which all of its class came in the mixed-up project. */
    const asMixedUp = ({ targets, site }: LessonImage) => site === (targets[0] === 0 ? first : second);
    /** Of the unseen pictures, what belongs to those that come from the other site. */
    const swapped = <T>(each: readonly T[]): T[] => each.filter((_, i) => !asMixedUp(unseen[i]!));
    const mixedUp = learned.filter(asMixedUp), fair = alike(learned, mixedUp.length, seed);
    const some = Array.from({ length: draws }, (_, draw) => new Set(fewOf(learned, labels, seed + draw).map(({ id }) => id)));
    const preprocessing = { ...document.preprocessing, size: [size, size] satisfies [number, number] };
    const network = variant(document.backbone).build({ classes: classes.length, inputSize: preprocessing.size, channels: preprocessing.channels });
    const found: Found[] = [];
    room.parts(7);
    const plot = () => plotOf(found, unseen, labels * classes.length);
    const judge = (name: Said, rows: Rows, asItIs: readonly number[] | null = null) => {
      const each = some.map((ids) => rightOf(probe(rows, images, { classes: classes.length, fitted: ({ id }) => ids.has(id), asked: isUnseen, seed }), unseen));
      const right = unseen.map((_, i) => mean(each.map((one) => one[i]!)));
      found.push({ name, fitted: { right, accuracy: accuracyOf(right, unseen, seed) }, asItIs: asItIs && { right: asItIs, accuracy: accuracyOf(asItIs, unseen, seed), swapped: accuracyOf(swapped(asItIs), swapped(unseen), seed) } });
      room.partDone();
      room.show(plot());
    };
    const features = async (values: TensorMap) => (await featuresOf(room, network, values, [network.features], preprocessing, images)).get(network.features)!;
    const drawn = initialValues(network, seed, { head: 'zero' });
    const completed = (own: TensorMap) => new Map([...drawn].map(([name, tensor]) => [name, own.get(name) ?? tensor]));
    const source = (own: readonly LessonImage[]) => room.train({
      backbone: document.backbone, weights: 'pretrained', size, strategy: 'fine-tune', images: withValidation(own), classes, seed,
      values: { epochs, augmentation: 'none', learningRate: 0.02, layerDecay: 1, batchSize: 16, patience: 0, schedule: 'constant' },
    });
    const after = async (model: Trained) => features(completed(await modelValues(room.weightsOf(model), network, room.io.blobs)));

    judge(say('lesson.negative.photographs'), await features(completed(await baseValues(document.weights, network))));
    judge(say('lesson.negative.histogram'), await colourHistograms({ images, blobs: document.blobs, threads: document.threads }));
    judge(say('lesson.negative.random'), await features(drawn));
    const judgeModel = async (name: Said, model: Trained) => {
      const answers = await room.right(model.training, model.model, unseen);
      judge(name, await after(model), answers);
      return answers;
    };
    const answers = await judgeModel(say('lesson.negative.wrong'), await source(mixedUp));
    await judgeModel(say('lesson.negative.fair'), await source(fair));
    const own = answers.filter((_, i) => asMixedUp(unseen[i]!)), others = swapped(answers);
    const story = { first: classes[0]!, second: classes[1]!, siteFirst: first, siteSecond: second, own: percent(mean(own)), swapped: percent(mean(others)) };
    const toldSites = wilson(sum(own), own.length).low > wilson(sum(others), others.length).high;
    const harm = differenceOf(swapped(found[0]!.fitted.right), others, swapped(unseen), seed);
    return { plot: plot(), sentences: [toldSites ? say('lesson.negative.learned', story) : say('lesson.negative.notLearned', story), verdict(found, harm, percent(mean(swapped(found[0]!.fitted.right))), labels * classes.length)] };
  },
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

interface Answers { readonly right: readonly number[]; readonly accuracy: MeasuredMean }
/** `fitted`: with a new linear head on some labels of both sites. `asItIs`: of a model, by its own head, and on pictures with the sites swapped. */
interface Found { readonly name: Said; readonly fitted: Answers; readonly asItIs: (Answers & { readonly swapped: MeasuredMean }) | null }

/** The two sites, the one with more pictures first. */
function sitesOf(images: readonly LessonImage[]): [string, string] {
  const sites = [...Map.groupBy(images, ({ site }) => site ?? '')].sort(([, a], [, b]) => b.length - a.length).map(([site]) => site);
  if (sites.length < 2) throw new Error('the sample has one site only');
  return [sites[0]!, sites[1]!];
}

/** About so many pictures, drawn in the same share from each class of each site. */
function alike(images: readonly LessonImage[], count: number, seed: number): LessonImage[] {
  const order = Array.from(stream(seed, 'lesson/alike').permutation(0, images.length), (i) => images[i]!);
  return [...Map.groupBy(order, ({ targets, site }) => `${targets[0]} ${site}`).values()].flatMap((own) => own.slice(0, Math.round((count * own.length) / images.length)));
}

/** So many of each class. */
function fewOf(images: readonly LessonImage[], count: number, seed: number): LessonImage[] {
  const order = Array.from(stream(seed, 'lesson/few').permutation(0, images.length), (i) => images[i]!);
  return [...Map.groupBy(order, ({ targets }) => targets[0]).values()].flatMap((own) => own.slice(0, count));
}

/** Some subjects of each class as validation. */
function withValidation(images: readonly LessonImage[]): LessonImage[] {
  const held = new Set([...Map.groupBy(images, ({ targets }) => targets[0]).values()].flatMap((own) => [...new Set(own.map(({ group }) => group))].filter((_, i) => i % validationEvery === 0)));
  return images.map((image) => ({ ...image, partition: held.has(image.group) ? 'validation' : 'train' }));
}

function plotOf(found: readonly Found[], unseen: readonly LessonImage[], labels: number): LessonPlot {
  return {
    title: say('lesson.negative.plot', { n: unseen.length, subjects: new Set(unseen.map(({ group }) => group)).size }),
    x: namesAxis(say('lesson.axis.start'), found.map(({ name }) => name)),
    y: accuracyAxis,
    series: [
      { name: say('lesson.negative.fitted', { labels, draws }), points: found.map(({ fitted }, x) => point(x, fitted.accuracy)) },
      { name: say('lesson.negative.asItIs'), points: found.map(({ asItIs }, x) => point(x, asItIs?.accuracy ?? null)) },
      { name: say('lesson.negative.swapped'), points: found.map(({ asItIs }, x) => point(x, asItIs?.swapped ?? null)) },
    ],
    levels: [{ name: say('lesson.level.guessing', { n: 2 }), y: guessing(unseen.map(({ targets }) => targets[0]!)) }],
  };
}

/** @param harm what a model that is taken over loses where the sites are swapped, beside a few labels on photographs; @param photographs per cent of these there */
function verdict(found: readonly Found[], harm: MeasuredMean, photographs: number, labels: number): Said {
  const [, , , wrong, fair] = found as [Found, Found, Found, Found, Found]; // in the order in which they were judged
  const share = (answers: Answers | null) => percent(answers?.accuracy.value ?? 0);
  const values = {
    labels, photographs, all: share(wrong.asItIs), renewed: share(wrong.fitted), fair: share(fair.asItIs),
    points: percent(harm.value), low: percent(harm.low ?? harm.value), high: percent(harm.high ?? harm.value),
  };
  return isBetter(harm) ? say('lesson.negative.hurts', values) : say('lesson.negative.not', values);
}
