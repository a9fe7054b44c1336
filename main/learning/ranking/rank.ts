// Ranks backbones before any training: for each, its features of all labelled pictures, their scores, and a quick probe on held-out folds.
import { errorRecord, StudioError } from '#contract/errors.ts';
import type { RankDocument } from '#contract/jobs.ts';
import type { RankedBackbone } from '#contract/ranking.ts';
import { openEngine } from '../../engines/index.ts';
import type { OpenedEngine } from '../../engines/index.ts';
import { argmax, leep, logme, meanWithInterval, nce, numbered, shrunkHScore } from '../../evaluation/index.ts';
import type { JobIo } from '../../jobs/io.ts';
import { classifier, headParameters, variant } from '../../nets/index.ts';
import type { Network } from '../../nets/graph.ts';
import type { TensorMap } from '../../tensor.ts';
import { headOf } from '../heads/head-layers.ts';
import { applyHead } from '../heads/linear.ts';
import { probabilitiesOf } from '../losses.ts';
import { baseValues, startValues } from '../model.ts';
import { pooledFeatures } from './pooled-features.ts';
import type { PooledFeatures } from './pooled-features.ts';
import { probe } from './probe.ts';

/** Classes of ImageNet: a file whose classifier has as many brings the head of the pretrained task along. */
const sourceClasses = 1000;
const replicates = 2000;

/** Tells one backbone after the other. One that cannot be used is told with its reason, and the others go on. */
export async function rank(document: RankDocument, io: JobIo): Promise<void> {
  const { home, threads, backbones } = document;
  const opened = await openEngine({ engine: 'auto', purpose: 'infer', home, threads, precision: 'float32' });
  try {
    for (const [place, backbone] of backbones.entries()) {
      if (io.stopRequested()) return;
      const began = performance.now();
      const found = await scored(document, io, opened, backbone, place).catch((error: unknown) => {
        if (!(error instanceof StudioError) || error.code === 'cancelled') throw error;
        return unscored(errorRecord(error).message);
      });
      io.send({ type: 'ranked', backbone: { ...found, backbone: backbone.backbone, weights: backbone.weightsName, features: variant(backbone.backbone).features, seconds: (performance.now() - began) / 1000 } });
    }
  } catch (error) {
    if (!(error instanceof StudioError && error.code === 'cancelled')) throw error;
  } finally {
    await opened.engine.close();
  }
}

type Scores = Omit<RankedBackbone, 'backbone' | 'weights' | 'features' | 'seconds'>;

const unscored = (problem: string): Scores => ({ logme: null, hScore: null, shrinkage: null, leep: null, nce: null, probe: { value: null, low: null, high: null }, problem });

async function scored(document: RankDocument, io: JobIo, opened: OpenedEngine, { backbone, weights, preprocessing }: RankDocument['backbones'][number], place: number): Promise<Scores> {
  const { images, classes, seed, blobs, threads, backbones } = document;
  const network = variant(backbone).build({ classes: sourceClasses, inputSize: preprocessing.size, channels: preprocessing.channels });
  const base = await baseValues(weights, network);
  const values = startValues(base, network, seed, 'zero');
  const features = await pooledFeatures(opened, { network, values, preprocessing, images, blobs, threads }, {
    tell: (done, total) => io.send({ type: 'progress', done: place + (0.9 * done) / total, total: backbones.length, what: backbone, secondsLeft: null }),
    stopRequested: () => io.stopRequested(),
  });
  const labels = images.map(({ targets }) => targets[0]!);
  const source = sourceOutputs(network, base, features);
  const shrunk = shrunkHScore(features, labels, classes.length);
  return {
    logme: logme(features, labels, classes.length),
    hScore: shrunk?.score ?? null,
    shrinkage: shrunk?.shrinkage ?? null,
    leep: source && leep(source, labels, classes.length),
    nce: source && nce(source, labels, classes.length),
    probe: probed(document, features, labels),
    problem: null,
  };
}

/** What the pretrained classifier says of each picture; null where the weights have none. */
function sourceOutputs(network: Network, base: TensorMap, { rows, data }: PooledFeatures): { readonly sources: number; readonly probabilities: Float64Array } | null {
  const sources = classifier(network).units;
  if (rows === 0 || ![...headParameters(network)].every((name) => base.has(name))) return null;
  const logits = applyHead(headOf(network, base), data).data;
  const probabilities = new Float64Array(rows * sources);
  for (let i = 0; i < rows; i++) probabilities.set(probabilitiesOf('cross-entropy', logits.subarray(i * sources, (i + 1) * sources)), i * sources);
  return { sources, probabilities };
}

function probed({ images, folds, classes, seed }: RankDocument, features: PooledFeatures, labels: readonly number[]): RankedBackbone['probe'] {
  const groups = images.map(({ group }) => group);
  const right = new Array<number>(labels.length).fill(0);
  for (const fold of new Set(folds)) {
    const held = folds.flatMap((own, i) => (own === fold ? [i] : []));
    probe(features, held, { classes: classes.length, labels, groups, seed }).forEach((row, at) => { right[held[at]!] = argmax(row) === labels[held[at]!] ? 1 : 0; });
  }
  return meanWithInterval(right, { ...numbered(groups), replicates, seed, level: 0.95 });
}
