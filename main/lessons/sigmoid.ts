// Lesson 7: through many sigmoids hardly any gradient arrives at the first layers (Hochreiter 1991; Glorot and Bengio 2010).
import type { LessonPlot, PlotSeries } from '#contract/lessons.ts';
import { openEngine } from '../engines/index.ts';
import { targetsOf, lossOf, TARGET } from '../learning/losses.ts';
import { initialValues, parameters, variant } from '../nets/index.ts';
import type { Classroom } from './classroom.ts';
import { batchesOf } from './features.ts';
import { defineLesson, seed, whole } from './lesson.ts';
import { mean } from './plot.ts';
import { say } from './say.ts';

const arms = [
  { backbone: 'plain20_relu', name: say('lesson.sigmoid.relu') },
  { backbone: 'plain20_sigmoid', name: say('lesson.sigmoid.sigmoid') },
] as const;
/** Less than this share of the last layer's gradient at the first layer counts as vanished. */
const vanished = 1e-3;

export const sigmoid = defineLesson({
  id: 'sigmoid',
  seconds: 10,
  params: { pictures: whole(90, 10, 180), seed },
  async run({ pictures, seed }, room) {
    room.parts(arms.length);
    const series: PlotSeries[] = [];
    for (const { backbone, name } of arms) {
      series.push({ name, points: (await gradientNorms(room, backbone, pictures, seed)).map((y, i) => ({ x: i + 1, y: y > 0 ? y : null, low: null, high: null })) });
      room.partDone();
      room.show(plotOf(series));
    }
    const layers = series[0]!.points.length;
    const [relu, sigmoid] = series.map(({ points }) => (points[0]!.y ?? 0) / points.at(-1)!.y!) as [number, number]; // two in, two out
    const perLayer = (share: number) => ratio(share ** (1 / (layers - 1)));
    const values = { relu: ratio(relu), sigmoid: ratio(sigmoid), layers };
    const factors = { relu: perLayer(relu), sigmoid: perLayer(sigmoid), steps: layers - 1 };
    return {
      plot: plotOf(series),
      sentences: [
        sigmoid < vanished && relu > sigmoid ? say('lesson.sigmoid.vanishes', values) : say('lesson.sigmoid.arrives', values),
        sigmoid < relu ? say('lesson.sigmoid.multiplies', factors) : say('lesson.sigmoid.alike', factors),
      ],
    };
  },
});

/** Share of the last layer's gradient that is there at the first one, as a power of ten where it is small. */
function ratio(share: number): string {
  return share >= 0.01 ? share.toFixed(2) : share.toExponential(0);
}

/** Norm of the loss's gradient at the weights of each layer of an untrained network, first to last, averaged over batches. */
export async function gradientNorms(room: Classroom, backbone: string, pictures: number, seed: number): Promise<number[]> {
  const { document } = room, row = variant(backbone), classes = document.classes.length;
  const network = row.build({ classes }), { threads, home, precision } = document;
  const layers = parameters(network).filter(({ role, shape }) => role === 'weight' && shape.length > 1).map(({ name }) => name);
  const { engine } = await openEngine({ engine: document.engine, purpose: 'train', home, threads, precision });
  try {
    const trainer = await engine.trainer!({ network, groups: new Map(layers.map((name) => [name, 0])), batchStatistics: new Set(), loss: lossOf('cross-entropy', network.output), optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, precision });
    try {
      await trainer.load(initialValues(network, seed, { head: 'uniform' }), { fresh: true });
      const images = document.images.filter(({ partition }) => partition === 'train').slice(0, pictures);
      const norms: number[][] = [];
      let at = 0;
      for await (const input of batchesOf(room, row.preprocessing, images)) {
        const labels = images.slice(at, at += input.shape[0]!).map(({ targets }) => targets);
        const { gradients } = await trainer.gradients({ input, targets: new Map([[TARGET, targetsOf(labels, { kind: 'cross-entropy', classes }).target]]), seed: [0, 0] });
        norms.push(layers.map((name) => Math.hypot(...gradients.get(name)!.data)));
      }
      return layers.map((_, i) => mean(norms.map((one) => one[i]!)));
    } finally {
      await trainer.close();
    }
  } finally {
    await engine.close();
  }
}

function plotOf(series: readonly PlotSeries[]): LessonPlot {
  return {
    title: say('lesson.sigmoid.plot'),
    x: { title: say('lesson.axis.layer'), scale: 'linear', from: null, to: null, names: [] },
    y: { title: say('lesson.axis.gradient'), scale: 'log', from: null, to: null, names: [] },
    series: [...series],
    levels: [],
  };
}
