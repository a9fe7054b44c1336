// What networks make of pictures in a lesson, and linear heads on it.
import type { LessonImage } from '#contract/jobs.ts';
import type { Preprocessing } from '#contract/runs.ts';
import { openEngine } from '../engines/index.ts';
import { openBatches } from '../learning/batches/batches.ts';
import { chunks } from '../learning/batches/batching.ts';
import { fitHead } from '../learning/fit.ts';
import { applyHead } from '../learning/heads/linear.ts';
import { probabilitiesOf } from '../learning/losses.ts';
import { strategy } from '../learning/index.ts';
import type { Network, NodeId } from '../nets/graph.ts';
import { shapes } from '../nets/index.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import type { Classroom } from './classroom.ts';

/** One row of numbers for each picture. */
export interface Rows {
  readonly columns: number;
  readonly data: Float32Array;
}

const batchSize = 30;
/** The same for all that is compared: chosen by cross-validation it would stand in for what the features lack. */
const probePenalty = 0.01;

/** Pictures as a network of this preprocessing gets them, batch by batch. Throws what one of them cannot be read for. */
export async function* batchesOf({ document, stopIfAsked }: Classroom, preprocessing: Preprocessing, images: readonly LessonImage[]): AsyncGenerator<Tensor> {
  const pictures = images.map(({ id, source }) => ({ source, key: 'blob' in source ? source.blob : id }));
  const reader = openBatches({ pictures, blobs: document.blobs, preprocessing, augmentation: {}, seed: 0, keep: false, workers: Math.min(document.threads, 2) });
  try {
    for await (const { input, errors } of reader.read(chunks(images.map((_, i) => i), batchSize).map((members) => ({ members, turn: null })))) {
      for (const error of errors.values()) throw error;
      stopIfAsked();
      yield input;
    }
  } finally {
    await reader.close();
  }
}

/** Outputs of nodes, each map as its means over places, by node. */
export async function featuresOf(room: Classroom, network: Network, values: TensorMap, nodes: readonly NodeId[], preprocessing: Preprocessing, images: readonly LessonImage[]): Promise<ReadonlyMap<NodeId, Rows>> {
  const { threads, home, precision } = room.document;
  const { engine } = await openEngine({ engine: 'auto', purpose: 'infer', home, threads, precision });
  try {
    const runner = await engine.runner({ network, values, outputs: nodes, precision });
    const parts = new Map(nodes.map((node) => [node, [] as Float32Array[]]));
    try {
      for await (const input of batchesOf(room, preprocessing, images)) for (const [node, output] of await runner.run(input)) parts.get(node)?.push(meansOverPlaces(output));
    } finally {
      await runner.close();
    }
    return new Map(nodes.map((node) => [node, joined(parts.get(node)!, shapes(network).get(node)!.at(-1)!)]));
  } finally {
    await engine.close();
  }
}

/** [n, ..., channels] -> [n, channels] */
export function meansOverPlaces({ shape, data }: Tensor): Float32Array {
  const n = shape[0]!, channels = shape.at(-1)!, places = data.length / n / channels;
  const means = new Float32Array(n * channels);
  for (let i = 0; i < n; i++) for (let place = 0; place < places; place++) for (let c = 0; c < channels; c++) means[i * channels + c]! += data[(i * places + place) * channels + c]! / places;
  return means;
}

function joined(parts: readonly Float32Array[], columns: number): Rows {
  const data = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { columns, data };
}

export interface ProbeOptions {
  readonly classes: number;
  fitted(image: LessonImage): boolean;
  asked(image: LessonImage): boolean;
  readonly seed: number;
}

/** Fits a linear head on some pictures and gives its probabilities for others. @param rows of all `images`, in their order */
export function probe({ columns, data }: Rows, images: readonly LessonImage[], { classes, fitted, asked, seed }: ProbeOptions): number[][] {
  const places = (wanted: (image: LessonImage) => boolean) => images.flatMap((image, i) => (wanted(image) ? [i] : []));
  const take = (members: readonly number[]) => {
    const taken = new Float32Array(members.length * columns);
    members.forEach((i, row) => taken.set(data.subarray(i * columns, (i + 1) * columns), row * columns));
    return taken;
  };
  const training = places(fitted), others = places(asked);
  const { head } = fitHead(
    { columns, features: take(training), labels: training.map((i) => images[i]!.targets), groups: training.map((i) => images[i]!.group) },
    { kind: 'cross-entropy', classes, recipe: strategy('feature-extraction').recipe({ penalty: probePenalty }, 2), seed },
  );
  const logits = applyHead(head, take(others)).data;
  return others.map((_, row) => probabilitiesOf('cross-entropy', logits.subarray(row * classes, (row + 1) * classes)));
}

/** 1 for each picture whose largest probability is that of its class, else 0. */
export function rightOf(probabilities: readonly (readonly number[])[], images: readonly LessonImage[]): number[] {
  return probabilities.map((row, i) => (row.indexOf(Math.max(...row)) === images[i]!.targets[0] ? 1 : 0));
}
