// Looks into a network with one picture: first filters, the maps of a stage, the evidence for each class; once with the model's values, once with those that its training began with.
import type { InsideDocument } from '#contract/jobs.ts';
import type { InsideRecord } from '#contract/inside.ts';
import { openEngine } from '../../engines/index.ts';
import type { Engine } from '../../engines/engine.ts';
import type { JobIo } from '../../jobs/io.ts';
import type { Network } from '../../nets/graph.ts';
import { cut, parameters, shapes } from '../../nets/index.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import { activationsOf } from './activation.ts';
import { openBatches, pictureOf } from '../batches/batches.ts';
import { baseValues, modelValues, parentValues } from '../model.ts';
import { networkOf } from '../plan.ts';

/** Channels that are shown of a stage. */
const strongest = 12;

export async function lookInside(document: InsideDocument, io: JobIo): Promise<void> {
  const { began, stage, images, weights, parentDelta, ...rest } = document;
  const [image] = images;
  const network = networkOf(rest);
  const after = await modelValues(weights, network, io.blobs);
  const before = began === null ? null : await parentValues({ ...weights, delta: parentDelta }, await baseValues(weights, network), network, io.blobs);
  const input = await pictureInput(document);
  const { engine } = await openEngine({ engine: document.engine, purpose: 'infer', home: document.home, threads: document.threads, precision: document.precision });
  try {
    const known = shapes(network);
    const spatial = network.stages.flatMap(({ name, end }) => {
      const node = known.get(end)?.length === 3 ? end : network.features === end ? network.gradCam : null;
      const [rows = 0, columns = 0, channels = 0] = node === null ? [] : known.get(node) ?? [];
      return node === null ? [] : [{ name, node, rows, columns, channels }];
    });
    const shown = spatial[Math.min(stage, spatial.length - 1)]!;
    const mapAfter = await outputOf(engine, network, after, shown.node, input);
    const mapBefore = before && await outputOf(engine, network, before, shown.node, input);
    const classes = document.head.kind !== 'knn' ? await activationsOf({ ...document, kind: 'activate' }, io.blobs, { tell: () => undefined, stopRequested: () => io.stopRequested() }) : null;
    const record: InsideRecord = {
      imageId: image!.id, began, stage: spatial.indexOf(shown),
      stages: spatial.map(({ node: _, ...one }) => one),
      filters: filtersOf(network, after, before),
      maps: strongestChannels(mapAfter, shown.channels).map((channel) => ({ channel, after: channelOf(mapAfter, shown.channels, channel), before: mapBefore && channelOf(mapBefore, shown.channels, channel) })),
      evidence: classes && classes.activations[0] ? { rows: classes.rows, columns: classes.columns, classes: classes.activations[0].maps.map((values, c) => ({ className: document.classes[c] ?? '', values: [...values] })) } : null,
    };
    io.send({ type: 'inside', record });
  } finally {
    await engine.close();
  }
}

async function pictureInput({ images, blobs, preprocessing, seed }: InsideDocument): Promise<Tensor> {
  const reader = openBatches({ pictures: images.map(pictureOf), blobs, preprocessing, augmentation: {}, seed, keep: false, workers: 1 });
  try {
    for await (const { input, errors } of reader.read([{ members: [0], turn: null }])) {
      for (const error of errors.values()) throw error;
      return input;
    }
    throw new Error('no picture to look into');
  } finally {
    await reader.close();
  }
}

async function outputOf(engine: Engine, network: Network, values: TensorMap, node: string, input: Tensor): Promise<Float32Array> {
  const { prefix } = cut(network, node);
  const runner = await engine.runner({ network: prefix, values: new Map(parameters(prefix).map(({ name }) => [name, values.get(name)!])), outputs: [node], precision: 'float32' });
  try {
    return (await runner.run(input)).get(node)!.data;
  } finally {
    await runner.close();
  }
}

/** Channels by the mean square of their answers. @param map [places, channels] */
export function strongestChannels(map: Float32Array, channels: number, most = strongest): number[] {
  const power = new Float64Array(channels);
  map.forEach((value, i) => { power[i % channels]! += value * value; });
  return Array.from(power.keys()).sort((a, b) => power[b]! - power[a]! || a - b).slice(0, most);
}

function channelOf(map: Float32Array, channels: number, channel: number): number[] {
  return Array.from({ length: map.length / channels }, (_, place) => map[place * channels + channel]!);
}

/** Filters of the first convolution as pictures; none where it does not look at 1 or 3 channels. */
export function filtersOf(network: Network, after: TensorMap, before: TensorMap | null): InsideRecord['filters'] {
  const first = network.nodes.find(({ op }) => op === 'conv');
  const own = first && after.get(`${first.id}.weight`), old = first && before?.get(`${first.id}.weight`);
  const [, channels = 0, rows = 0, columns = 0] = own?.shape ?? [];
  if (!own || (channels !== 1 && channels !== 3)) return null;
  const most = [own, ...(old ? [old] : [])].reduce((largest, { data }) => data.reduce((a, x) => Math.max(a, Math.abs(x)), largest), 1e-12);
  // [out, in, row, column] to out pictures of [row, column, in].
  const pictures = ({ shape: [count = 0], data }: Tensor) => Array.from({ length: count }, (_, filter) =>
    Array.from({ length: rows * columns * channels }, (_pixel, i) => Math.round(128 + 127 * (data[(filter * channels + (i % channels)) * rows * columns + Math.floor(i / channels)]! / most))));
  return { rows, columns, channels, after: pictures(own), before: old ? pictures(old) : null };
}
