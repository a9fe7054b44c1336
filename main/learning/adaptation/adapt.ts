// Brings a model to pictures of which no class is known, tells how far they lie from those it was trained on, and hands the new model over.
import { StudioError } from '#contract/errors.ts';
import type { AdaptDocument, JobHead, SitesDocument } from '#contract/jobs.ts';
import type { JobIo } from '../../jobs/io.ts';
import { openEngine } from '../../engines/index.ts';
import type { Network } from '../../nets/graph.ts';
import { headParameters, withHead } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import { fitHead } from '../fit.ts';
import { headValues } from '../heads/head-layers.ts';
import { deltaFile, differing, modelValues } from '../model.ts';
import { networkOf } from '../plan.ts';
import { pooledFeatures } from '../ranking/index.ts';
import { plainRecipe } from '../strategies/strategy.ts';
import { alignedNorms, inputStatistics } from './alignment.ts';
import { batchStatistics } from './batch-statistics.ts';
import { recoloured } from './coral.ts';
import { shot } from './shot.ts';
import { siteDistance } from './site-distance.ts';
import { openTask } from './task.ts';
import type { AdaptationTask } from './task.ts';

interface Adapted {
  readonly values: TensorMap;
  readonly head: JobHead;
}

/** Name under which the distance is told: a document knows one target only. */
const theTarget = '';

export async function adapt(document: AdaptDocument, io: JobIo): Promise<void> {
  const task = await openTask(document, io);
  try {
    const { source, target, classes, preprocessing, seed, backbone } = document;
    const [own, others] = [await task.features(target, task.values, 'Reading the new pictures'), await task.features(source, task.values, 'Reading the training pictures')];
    const both = { rows: own.rows + others.rows, columns: own.columns, data: Float32Array.from({ length: own.data.length + others.data.length }, (_, at) => own.data[at] ?? others.data[at - own.data.length]!) };
    const distance = siteDistance(both, [...target.map(() => true), ...source.map(() => false)], [...target, ...source].map(({ group }) => group), seed);
    if (distance) io.send({ type: 'distance', site: theTarget, distance });
    const { values, head } = await adapted(task, { own, others });
    const file = deltaFile(differing(task.base, values), backbone);
    io.send({ type: 'model', model: { delta: await io.blobs.put(file), deltaBytes: file.byteLength, head, classes, preprocessing } });
  } catch (error) {
    // Asked to stop: there is no model, and nothing else to tell.
    if (!(error instanceof StudioError && error.code === 'cancelled')) throw error;
  } finally {
    await task.close();
  }
}

async function adapted(task: AdaptationTask, features: { readonly own: Awaited<ReturnType<typeof pooledFeatures>>; readonly others: Awaited<ReturnType<typeof pooledFeatures>> }): Promise<Adapted> {
  const { document, network, values } = task;
  const { method, head, classes, seed, source } = document;
  switch (method) {
    case 'adabn': return { values: await withNewStatistics(task), head };
    case 'coral': {
      const { data, columns } = recoloured(features.others, features.own);
      const fitted = fitHead({ columns, features: data, labels: source.map(({ targets }) => targets), groups: source.map(({ group }) => group) }, { kind: 'cross-entropy', classes: classes.length, recipe: { ...plainRecipe, phases: [] }, seed });
      const old = headParameters(network), linear: Network = withHead(network, { classes: classes.length });
      return { values: new Map([...[...values].filter(([name]) => !old.has(name)), ...headValues(fitted.head, linear)]), head: { kind: 'linear' } };
    }
    case 'shot': {
      if (head.kind === 'knn') throw new StudioError('refused', 'adapt.shot-knn', {}, 'A nearest-neighbour model has no classifier that could guide the training. Choose adabn, coral, or a model with a linear head.');
      const hasNorms = network.nodes.some(({ op }) => op === 'norm');
      return { values: await shot(task, hasNorms ? await withNewStatistics(task) : values), head };
    }
  }
}

/** The norms as they answer to the training pictures, and then with the statistics of the new ones. */
async function withNewStatistics({ document, network, values, engine: { engine }, target, source, watch }: AdaptationTask): Promise<TensorMap> {
  const { precision } = document;
  requireNorms(network);
  const known = await inputStatistics(engine, { network, values, reader: source, pictures: document.source.length, precision }, watch('Measuring the training pictures'));
  const aligned = new Map([...values, ...alignedNorms(network, values, known)]);
  return new Map([...aligned, ...await batchStatistics(engine, { network, values: aligned, reader: target, pictures: document.target.length, precision }, watch('Measuring the new pictures'))]);
}

function requireNorms(network: Network): void {
  if (!network.nodes.some(({ op }) => op === 'norm')) throw new StudioError('refused', 'adapt.no-norms', { network: network.id }, `${network.id} has no batch norm, so there are no statistics to replace. Choose coral or shot.`);
}

/** Tells for each site how far its pictures lie from those of all others, to the backbone of a model. */
export async function measureSites(document: SitesDocument, io: JobIo): Promise<void> {
  const { images, preprocessing, blobs, threads, home, precision, engine, weights, seed } = document;
  const network = networkOf(document), values = await modelValues(weights, network, io.blobs);
  const opened = await openEngine({ engine, purpose: 'infer', home, threads, precision });
  try {
    const features = await pooledFeatures(opened, { network, values, preprocessing, images, blobs, threads }, {
      tell: (done, total) => io.send({ type: 'progress', done, total, what: 'Reading pictures', secondsLeft: null }),
      stopRequested: () => io.stopRequested(),
    });
    for (const site of new Set(images.map((image) => image.site))) {
      const distance = siteDistance(features, images.map((image) => image.site === site), images.map(({ group }) => group), seed);
      if (distance) io.send({ type: 'distance', site, distance });
    }
  } catch (error) {
    if (!(error instanceof StudioError && error.code === 'cancelled')) throw error;
  } finally {
    await opened.engine.close();
  }
}
