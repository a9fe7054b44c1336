// Lesson 5: what was learned elsewhere can hurt. A model that had only to tell the sites apart serves worse than the photographs that it began with.
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
  seconds: 80,
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
    const mixedUp = learned.filter(asMixedUp), fair = alike(learned, mixedUp.length, seed);
    const some = Array.from({ length: draws }, (_, draw) => new Set(fewOf(learned, labels, seed + draw).map(({ id }) => id)));
    const preprocessing = { ...document.preprocessing, size: [size, size] satisfies [number, number] };
    const network = variant(document.backbone).build({ classes: classes.length, inputSize: preprocessing.size, channels: preprocessing.channels });
    const found: Found[] = [];
    room.parts(7);
    const plot = () => plotOf(found, unseen, labels * classes.length);
    const judge = (name: Said, rows: Rows) => {
      const each = some.map((ids) => rightOf(probe(rows, images, { classes: classes.length, fitted: ({ id }) => ids.has(id), asked: isUnseen, seed }), unseen));
      const right = unseen.map((_, i) => mean(each.map((one) => one[i]!)));
      found.push({ name, right, accuracy: accuracyOf(right, unseen, seed) });
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
    const wrong = await source(mixedUp);
    judge(say('lesson.negative.wrong'), await after(wrong));
    judge(say('lesson.negative.fair'), await after(await source(fair)));
    const answers = await room.right(wrong.training, wrong.model, unseen);
    const among = (wanted: boolean) => answers.filter((_, i) => asMixedUp(unseen[i]!) === wanted), own = among(true), swapped = among(false);
    const story = { first: classes[0]!, second: classes[1]!, siteFirst: first, siteSecond: second, own: percent(mean(own)), swapped: percent(mean(swapped)) };
    const toldSites = wilson(sum(own), own.length).low > wilson(sum(swapped), swapped.length).high;
    return { plot: plot(), sentences: [toldSites ? say('lesson.negative.learned', story) : say('lesson.negative.notLearned', story), verdict(found, unseen, seed, labels * classes.length)] };
  },
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

interface Found { readonly name: Said; readonly right: readonly number[]; readonly accuracy: MeasuredMean }

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
    title: say('lesson.negative.plot', { labels, n: unseen.length, subjects: new Set(unseen.map(({ group }) => group)).size }),
    x: namesAxis(say('lesson.axis.start'), found.map(({ name }) => name)),
    y: accuracyAxis,
    series: [{ name: say('lesson.negative.series'), points: found.map(({ accuracy }, x) => point(x, accuracy)) }],
    levels: [{ name: say('lesson.level.guessing', { n: 2 }), y: guessing(unseen.map(({ targets }) => targets[0]!)) }],
  };
}

function verdict(found: readonly Found[], unseen: readonly LessonImage[], seed: number, labels: number): Said {
  const [photographs, , , wrong, fair] = found as [Found, Found, Found, Found, Found]; // in the order in which they were judged
  const harm = differenceOf(photographs.right, wrong.right, unseen, seed);
  const values = {
    labels, wrong: percent(wrong.accuracy.value), photographs: percent(photographs.accuracy.value), fair: percent(fair.accuracy.value),
    points: percent(harm.value), low: percent(harm.low ?? harm.value), high: percent(harm.high ?? harm.value),
  };
  return isBetter(harm) ? say('lesson.negative.hurts', values) : say('lesson.negative.not', values);
}
