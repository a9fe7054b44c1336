// From bytes to the numbers that a network gets.
import type { Preprocessing } from '#contract/runs.ts';

/** Writes (x / 255 - mean) / std of interleaved bytes into a float32 array, by a table of 256 numbers per channel. */
export type Normaliser = (bytes: Uint8Array, into: Float32Array, offset: number) => void;

/** Where there is one mean or deviation for all channels, it serves each. */
export function normaliser({ channels, mean, std }: Pick<Preprocessing, 'channels' | 'mean' | 'std'>): Normaliser {
  const tables = Array.from({ length: channels }, (_, c) => Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean[c % mean.length]!) / std[c % std.length]!));
  return (bytes, into, offset) => {
    tables.forEach((table, c) => {
      for (let i = c; i < bytes.length; i += channels) into[offset + i] = table[bytes[i]!]!;
    });
  };
}
