// Lesson 5: what was learned elsewhere can hurt. A network that was taught something else is worse than one taught nothing of the kind.
import type { LessonImage } from '#contract/jobs.ts';
import type { LessonPlot, PlotSeries, Said } from '#contract/lessons.ts';
import { evaluate } from '../evaluation/index.ts';
import { baseValues, modelValues } from '../learning/model.ts';
import { initialValues, variant } from '../nets/index.ts';
import { stream } from '../random.ts';
import type { TensorMap } from '../tensor.ts';
import type { Classroom } from './classroom.ts';
import { batchesOf, featuresOf, probe } from './features.ts';
import type { Rows } from './features.ts';
import { defineLesson, seed, whole } from './lesson.ts';
import { accuracyAxis, guessing, namesAxis } from './plot.ts';
import { percent, say } from './say.ts';

const size = 96;
/** Cells of the colour histogram along each of red, green and blue. */
const bins = 4;

export const negativeTransfer = defineLesson({
  id: 'negative-transfer',
  seconds: 80,
  params: { epochs: whole(10, 1, 60), seed },
  async run({ epochs, seed }, room) {
    const { document } = room, { images, classes, backbone } = document;
    const preprocessing = { ...document.preprocessing, size: [size, size] satisfies [number, number] };
    const network = variant(backbone).build({ classes: classes.length, inputSize: preprocessing.size, channels: preprocessing.channels });
    const unseen = images.filter(({ partition }) => partition === 'test');
    const references = unseen.map(({ targets }) => targets[0]!);
    const found: Found[] = [];
    room.parts(6);
    const plot = () => plotOf(room, unseen, found);
    const judge = (name: Said, rows: Rows) => {
      const probabilities = probe(room, rows, images, ({ partition }) => partition === 'train', ({ partition }) => partition === 'test', seed);
      const { accuracy: { value, low, high } } = evaluate({ classes, probabilities, references, subjects: unseen.map(({ group }) => group), majorityClass: 0, seed });
      found.push({ name, accuracy: value ?? 0, low, high });
      room.partDone();
      room.show(plot());
    };
    const features = async (values: TensorMap) => (await featuresOf(room, network, values, [network.features], preprocessing, images)).get(network.features)!;
    const drawn = initialValues(network, seed, { head: 'zero' });
    const whole = (own: TensorMap) => new Map([...drawn].map(([name, tensor]) => [name, own.get(name) ?? tensor]));

    judge(say('lesson.negative.photographs'), await features(whole(await baseValues(document.weights, network))));
    judge(say('lesson.negative.histogram'), await histograms(room, images));
    judge(say('lesson.negative.random'), await features(drawn));
    // The wrong question: labels that were shuffled, so that only the pictures themselves can be learned by heart.
    const learned = images.filter(({ partition }) => partition !== 'test');
    const shuffled = stream(seed, 'lesson/shuffle').permutation(0, learned.length);
    const wrong = learned.map((image, i) => ({ ...image, targets: learned[shuffled[i]!]!.targets }));
    const parent = await room.train({
      backbone, weights: 'pretrained', size, strategy: 'fine-tune', images: wrong, seed,
      values: { epochs, augmentation: 'none', learningRate: 0.05, layerDecay: 1, batchSize: 16, patience: 0, clipNorm: 1, schedule: 'constant', batchNorm: 'training' },
    });
    judge(say('lesson.negative.wrong'), await features(whole(await modelValues(room.weightsOf(parent), network, room.io.blobs))));
    return { plot: plot(), sentences: sentences(found, unseen.length) };
  },
});

interface Found { readonly name: Said; readonly accuracy: number; readonly low: number | null; readonly high: number | null }

/** Share of pixels in each cell of the colours. */
async function histograms(room: Classroom, images: readonly LessonImage[]): Promise<Rows> {
  const columns = bins ** 3, data = new Float32Array(images.length * columns);
  const plain = { ...room.document.preprocessing, size: [64, 64] satisfies [number, number], mean: [0, 0, 0], std: [1, 1, 1] };
  let row = 0;
  for await (const { shape, data: pixels } of batchesOf(room, plain, images)) {
    const [n = 0, height = 0, width = 0] = shape;
    for (let i = 0; i < n; i++, row++) for (let pixel = i * height * width; pixel < (i + 1) * height * width; pixel++) {
      const cell = [0, 1, 2].reduce((at, c) => at * bins + Math.min(bins - 1, Math.floor(pixels[pixel * 3 + c]! * bins)), 0);
      data[row * columns + cell]! += 1 / (height * width);
    }
  }
  return { columns, data };
}

function plotOf({ document }: Classroom, unseen: readonly LessonImage[], found: readonly Found[]): LessonPlot {
  const series: PlotSeries = { name: say('lesson.negative.series'), points: found.map(({ accuracy, low, high }, x) => ({ x, y: accuracy, low, high })) };
  return {
    title: say('lesson.negative.plot', { n: unseen.length, subjects: new Set(unseen.map(({ group }) => group)).size }),
    x: namesAxis(say('lesson.axis.start'), found.map(({ name }) => name)),
    y: accuracyAxis,
    series: [series],
    levels: [{ name: say('lesson.level.guessing', { n: document.classes.length }), y: guessing(unseen.map(({ targets }) => targets[0]!)) }],
  };
}

function sentences(found: readonly Found[], n: number) {
  const [photographs, histogram, random, wrong] = found as [Found, Found, Found, Found]; // in the order in which they were judged
  const without = random.accuracy > histogram.accuracy ? random : histogram;
  const values = { photographs: percent(photographs.accuracy), wrong: percent(wrong.accuracy), without: percent(without.accuracy), method: without.name.key, n };
  return [
    wrong.accuracy < without.accuracy ? say('lesson.negative.hurts', values) : wrong.accuracy < photographs.accuracy ? say('lesson.negative.less', values) : say('lesson.negative.not', values),
    photographs.accuracy > without.accuracy ? say('lesson.negative.helps', values) : say('lesson.negative.noHelp', values),
  ] as const;
}
