// One answer for a whole picture from overlapping tiles: probabilities blended where tiles overlap.
import type { Precision } from '#contract/engines.ts';
import type { Preprocessing } from '#contract/runs.ts';
import type { Engine, Runner } from '../../engines/engine.ts';
import type { Network, NodeId } from '../../nets/graph.ts';
import { activationMemory } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import { warp } from '../augment/warp.ts';
import { chunks } from '../batches/batching.ts';
import { normaliser } from '../batches/normalise.ts';
import type { ScaledPicture } from './scaled.ts';
import { blend, gridStep, onGrid, origins, roomFor } from './tile-layout.ts';

/** Tiles per forward pass, where memory allows. */
const mostTiles = 4;
/** Bytes that the activations of a forward pass may take. */
const memoryBudget = 512 * 2 ** 20;
/** Programs for tiles of other sizes that are kept: pictures of a project are mostly of a few sizes. */
const keptRunners = 3;

export interface Stitcher {
  /** Probabilities of every pixel, [height, width, maps]. */
  stitch(picture: ScaledPicture): Promise<Float32Array>;
  close(): Promise<void>;
}

interface Segmenting {
  readonly engine: Engine;
  readonly precision: Precision;
  readonly preprocessing: Preprocessing;
  /** All parameters and statistics of the network; they are the same for tiles of every size. */
  readonly values: TensorMap;
  /** The network for tiles of a size. */
  network(size: Preprocessing['size']): Network;
}

/** Answers for whole pictures: at once where the network can hold them, and then without a seam; larger ones from tiles as large as it can hold, no smaller than those of the training. */
export function openStitcher({ engine, precision, preprocessing, values, network }: Segmenting): Stitcher {
  const margin = preprocessing.tiles?.margin ?? 0;
  const perPixel = activationMemory(network(preprocessing.size)).inference / (preprocessing.size[0] * preprocessing.size[1]);
  const most = Math.max(...preprocessing.size, Math.floor(Math.sqrt(memoryBudget / perPixel) / gridStep) * gridStep);
  const runners = new Map<string, { readonly runner: Runner; readonly output: NodeId }>();
  const along = (length: number, side: number) => (onGrid(length) <= most ? Math.max(side, onGrid(length)) : roomFor(most, margin));

  async function runnerFor(size: Preprocessing['size']) {
    const key = size.join(), found = runners.get(key);
    // The one that was used last stands last.
    runners.delete(key);
    if (runners.size >= keptRunners) {
      const [oldest, { runner }] = [...runners][0]!;
      runners.delete(oldest);
      await runner.close();
    }
    const own = found ? null : network(size);
    const taken = found ?? { runner: await engine.runner({ network: own!, values, outputs: [own!.output], precision }), output: own!.output };
    runners.set(key, taken);
    return taken;
  }

  return {
    async stitch(picture) {
      const [height, width] = preprocessing.size, size: Preprocessing['size'] = [along(picture.height, height), along(picture.width, width)];
      const { runner, output } = await runnerFor(size);
      return stitched(runner, output, picture, { ...preprocessing, size }, Math.max(1, Math.min(mostTiles, Math.floor(memoryBudget / (perPixel * size[0] * size[1])))));
    },
    async close() {
      for (const { runner } of runners.values()) await runner.close();
      runners.clear();
    },
  };
}

interface Tile { readonly top: number; readonly left: number; readonly rows: Float32Array; readonly columns: Float32Array }

/**
 * Probabilities of every pixel, [height, width, maps], by softmax. Outside of the picture its mirror image is shown to the network.
 * @param output the node of the logits, [n, tile height, tile width, maps]
 * @param batchSize tiles per forward pass
 */
export async function stitched(runner: Runner, output: NodeId, picture: ScaledPicture, preprocessing: Preprocessing, batchSize = mostTiles): Promise<Float32Array> {
  const { size: [height, width], channels, tiles } = preprocessing, margin = tiles?.margin ?? 0;
  const normalise = normaliser(preprocessing), area = height * width;
  let sums: Float32Array | undefined, maps = 0;
  const totals = new Float32Array(picture.width * picture.height);
  for (const batch of chunks(layout(picture, [height, width], margin), batchSize)) {
    const data = new Float32Array(batch.length * area * channels);
    batch.forEach((tile, i) => normalise(cut(picture, tile, [height, width]), data, i * area * channels));
    const logits = (await runner.run({ shape: [batch.length, height, width, channels], data })).get(output)!;
    maps = logits.shape.at(-1)!;
    sums ??= new Float32Array(picture.width * picture.height * maps);
    for (const [i, tile] of batch.entries()) add(logits.data.subarray(i * area * maps, (i + 1) * area * maps), maps, tile, width, picture, sums, totals);
  }
  if (!sums) throw new Error('a picture without pixels');
  for (let pixel = 0; pixel < totals.length; pixel++) for (let c = 0; c < maps; c++) sums[pixel * maps + c] = sums[pixel * maps + c]! / totals[pixel]!;
  return sums;
}

function layout(picture: ScaledPicture, [height, width]: readonly [number, number], margin: number): Tile[] {
  const down = origins(picture.height, height, margin), across = origins(picture.width, width, margin);
  return down.flatMap((top, y) => across.map((left, x): Tile => ({
    top, left,
    rows: blend(height, margin, { first: y === 0, last: y === down.length - 1 }),
    columns: blend(width, margin, { first: x === 0, last: x === across.length - 1 }),
  })));
}

/** The pixels of a tile, [height, width, channels]. */
function cut(picture: ScaledPicture, { top, left }: Tile, [height, width]: readonly [number, number]): Uint8Array {
  const crop = { x: (left + width / 2) / picture.width, y: (top + height / 2) / picture.height, width: width / picture.width, height: height / picture.height };
  return warp(picture, { mirrored: false, upsideDown: false, angle: 0, elastic: null, crop }, [height, width]).data;
}

/** Adds the softmax of a tile's logits, weighed by where they lie in it. */
function add(logits: Float32Array, maps: number, { top, left, rows, columns }: Tile, width: number, picture: ScaledPicture, sums: Float32Array, totals: Float32Array): void {
  const height = rows.length;
  for (let y = 0; y < Math.min(height, picture.height - top); y++) {
    for (let x = 0; x < Math.min(width, picture.width - left); x++) {
      const weight = rows[y]! * columns[x]!;
      if (weight === 0) continue;
      const at = (y * width + x) * maps, pixel = (top + y) * picture.width + left + x;
      let highest = -Infinity, sum = 0;
      for (let c = 0; c < maps; c++) highest = Math.max(highest, logits[at + c]!);
      for (let c = 0; c < maps; c++) sum += Math.exp(logits[at + c]! - highest);
      for (let c = 0; c < maps; c++) sums[pixel * maps + c]! += weight * Math.exp(logits[at + c]! - highest) / sum;
      totals[pixel]! += weight;
    }
  }
}
