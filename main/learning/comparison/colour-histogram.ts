// How the colours of a picture are distributed: features that know nothing of shapes, as a yardstick for those of networks.
import { openBatches } from '../batches/batches.ts';
import { chunks } from '../batches/batching.ts';
import type { FeatureRequest, PooledFeatures } from '../ranking/index.ts';

/** Steps of each channel in the joint histogram, and in the histogram of one channel alone. */
const joint = 4, single = 16;
const columns = joint ** 3 + 3 * single;
/** Small pictures: places say nothing here. */
const side = 64;

/** Shares of the pixels: joint histogram of red, green and blue, then each channel's own. Throws the error of the first picture that cannot be read. */
export async function colourHistograms({ images, blobs, threads }: Pick<FeatureRequest, 'images' | 'blobs' | 'threads'>): Promise<PooledFeatures> {
  const reader = openBatches({
    pictures: images.map(({ source, id }) => ({ source, key: 'blob' in source ? source.blob : id })), blobs, augmentation: {}, seed: 0, keep: false, workers: Math.max(1, Math.min(threads, 4)),
    // The network would get numbers around 0: here they stay 0..1.
    preprocessing: { size: [side, side], channels: 3, cropShare: 1, interpolation: 'bilinear', mean: [0, 0, 0], std: [1, 1, 1] },
  });
  try {
    const data = new Float32Array(images.length * columns);
    for await (const { members, input, errors } of reader.read(chunks(images.map((_, i) => i), 64).map((part) => ({ members: part, turn: null })))) {
      for (const error of errors.values()) throw error;
      members.forEach((picture, at) => data.set(histogram(input.data.subarray(at * side * side * 3, (at + 1) * side * side * 3)), picture * columns));
    }
    return { rows: images.length, columns, data };
  } finally {
    await reader.close();
  }
}

/** @param pixels red, green, blue in turn, 0..1 */
export function histogram(pixels: ArrayLike<number>): Float32Array {
  const bins = new Float32Array(columns), share = 3 / pixels.length;
  const step = (value: number, steps: number) => Math.min(steps - 1, Math.max(0, Math.floor(value * steps)));
  for (let at = 0; at < pixels.length; at += 3) {
    const place = [0, 1, 2].reduce((index, channel) => index * joint + step(pixels[at + channel]!, joint), 0);
    bins[place] = bins[place]! + share;
    for (let channel = 0; channel < 3; channel++) {
      const own = joint ** 3 + channel * single + step(pixels[at + channel]!, single);
      bins[own] = bins[own]! + share;
    }
  }
  return bins;
}
