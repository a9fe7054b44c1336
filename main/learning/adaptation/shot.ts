// SHOT: the backbone is trained until the fixed classifier is sure of each new picture and yet uses all classes. Liang, Hu, Feng: "Do we really need to access the source data?", ICML 2020.
import { setImmediate } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import { headParameters, parameters } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import type { TensorMap } from '../../tensor.ts';
import { evenBatches } from '../batches/batching.ts';
import { applyLayers, headLayers } from '../heads/head-layers.ts';
import { probabilitiesOf } from '../losses.ts';
import { optimizers } from '../optimizers.ts';
import type { PooledFeatures } from '../ranking/index.ts';
import { pseudoLabels } from './pseudo-labels.ts';
import type { AdaptationTask } from './task.ts';

const epochs = 15, batchSize = 16;
/** Of the paper: a tenth of the new layers' rate, falling with (1 + 10 progress)^-0.75. */
const peakRate = 1e-3, weightDecay = 1e-3, pseudoShare = 0.3;

/**
 * @param start values before training, e.g. with the new pictures' statistics
 * @returns all values after it
 */
export async function shot(task: AdaptationTask, start: TensorMap): Promise<TensorMap> {
  const { network, document, engine: { engine }, target } = task;
  const { seed, precision, classes } = document, pictures = document.target.length;
  if (!engine.trainer) throw new StudioError('engine', 'engine.no-training', { engine: engine.id }, `The engine ${engine.id} cannot train. Choose another one.`);
  const head = headParameters(network);
  const trained = parameters(network).filter(({ name, role }) => role === 'weight' && !head.has(name));
  const trainer = await engine.trainer({
    network, precision, optimizer: optimizers.sgd,
    groups: new Map(trained.map(({ name, shape }) => [name, shape.length > 1 ? 0 : 1])),
    batchStatistics: new Set(network.nodes.flatMap(({ op, id }) => (op === 'norm' ? [id] : []))),
    loss: [
      { kind: 'information', logits: network.output, coefficient: 1 },
      { kind: 'cross-entropy', logits: network.output, target: 'pseudo', coefficient: pseudoShare },
    ],
  });
  const watcher = task.watch('Adapting');
  try {
    let values = start;
    await trainer.load(values, { fresh: true });
    const batches = Math.ceil(pictures / batchSize);
    for (let epoch = 0; epoch < epochs; epoch++) {
      const features = await task.features(document.target, values, 'Labelling by clusters');
      const labels = pseudoLabels(features, probabilities(task, features, values), classes.length);
      const order = Array.from(stream(seed, 'shot/shuffle').permutation(epoch, pictures));
      let done = 0;
      for await (const { members, input, errors } of target.read(evenBatches(order, batchSize).map((part) => ({ members: part, turn: null })))) {
        for (const error of errors.values()) throw error;
        const pseudo = new Float32Array(members.length * classes.length);
        members.forEach((picture, at) => { pseudo[at * classes.length + labels[picture]!] = 1; });
        const rate = peakRate * (1 + (10 * (epoch * batches + done)) / (epochs * batches)) ** -0.75;
        const { loss } = await trainer.step({ input, targets: new Map([['pseudo', { shape: [members.length, classes.length], data: pseudo }]]), seed: [0, 0] }, { learningRate: [rate, rate], weightDecay: [weightDecay, 0] });
        if (!Number.isFinite(loss)) throw new StudioError('refused', 'adapt.diverged', {}, 'The adaptation has diverged. Use adabn or coral, which cannot.');
        done++;
        watcher.tell(epoch * batches + done, epochs * batches);
        await setImmediate();
        if (watcher.stopRequested()) throw new StudioError('cancelled', 'adapt.stopped', {}, 'The adaptation was stopped before there was a model.');
      }
      values = new Map([...values, ...await trainer.save({ slots: false })]);
    }
    return values;
  } finally {
    await trainer.close();
  }
}

function probabilities({ network, document: { classes } }: AdaptationTask, features: PooledFeatures, values: TensorMap): number[][] {
  const { data } = applyLayers(headLayers(network, values), features.data);
  return Array.from({ length: features.rows }, (_, i) => probabilitiesOf('cross-entropy', data.subarray(i * classes.length, (i + 1) * classes.length)));
}
