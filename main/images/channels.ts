// Changes what the channels of pixels mean: transparency over white, 16 bits to 8, grey to colour and back.
import type { ValueWindow } from '#contract/picture-window.ts';
import type { Picture, Picture8 } from './picture.ts';

/**
 * Lays a picture over white, as paper and print do, and keeps its colours.
 * @param samples interleaved, `channels` per pixel; the last one is the opacity where `alpha` is true, and is dropped unread where it is not
 * @returns the same array when there is nothing to drop
 */
export function overWhite(samples: Uint8Array | Uint16Array, channels: number, colors: 1 | 3, alpha: boolean): Uint8Array | Uint16Array {
  if (channels === colors) return samples;
  const pixels = samples.length / channels;
  const out = samples instanceof Uint16Array ? new Uint16Array(pixels * colors) : new Uint8Array(pixels * colors);
  const white = samples instanceof Uint16Array ? 65535 : 255;
  for (let from = 0, to = 0; from < samples.length; from += channels) {
    const opacity = alpha ? samples[from + channels - 1]! : white;
    for (let channel = 0; channel < colors; channel++) {
      const value = samples[from + channel]!;
      out[to++] = opacity === white ? value : Math.round((value * opacity + white * (white - opacity)) / white);
    }
  }
  return out;
}

/** RGB of CMYK inks without a profile, rounded as Pillow does: paper minus black, then each ink takes its share of what is left. */
export function fromInks(inks: Uint8Array): Uint8Array {
  const out = new Uint8Array(inks.length / 4 * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4) {
    const paper = 255 - inks[from + 3]!;
    for (let ink = 0; ink < 3; ink++) {
      const product = inks[from + ink]! * paper + 128;
      out[to++] = Math.max(0, paper - (((product >> 8) + product) >> 8));
    }
  }
  return out;
}

/**
 * A picture with 8 bits: 16-bit numbers are stretched so that the smallest of this picture becomes 0 and the largest 255.
 * Microscopes and scanners use 10 to 14 of the 16 bits and rarely say which, so a fixed share of the full range would be nearly black.
 */
export function eightBits(picture: Picture): Picture8 {
  const { data } = picture;
  if (data instanceof Uint8Array) return { ...picture, bitDepth: 8, data };
  return windowed(picture, valuesOf(data));
}

/** The smallest and the largest number of all channels. */
export function valuesOf(data: Uint8Array | Uint16Array): ValueWindow {
  let low = 65535, high = 0;
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** A picture with 8 bits in which the numbers from `low` to `high` go evenly from 0 to 255; a window without width is black. */
export function windowed(picture: Picture, { low, high }: ValueWindow): Picture8 {
  const { data } = picture;
  const scale = high > low ? 255 / (high - low) : 0;
  const table = Uint8Array.from({ length: data instanceof Uint16Array ? 65536 : 256 }, (_, value) => Math.min(255, Math.max(0, Math.round((value - low) * scale))));
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = table[data[i]!]!;
  return { ...picture, bitDepth: 8, data: out };
}

/** Luma of ITU-R BT.601 in 16-bit fixed point, the very numbers of Pillow's mode L; or grey repeated. */
export function withChannels(data: Uint8Array, from: 1 | 3, to: 1 | 3): Uint8Array {
  if (from === to) return data;
  if (from === 3) {
    const out = new Uint8Array(data.length / 3);
    for (let i = 0, at = 0; i < out.length; i++, at += 3) out[i] = (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471 + 0x8000) >>> 16;
    return out;
  }
  const out = new Uint8Array(data.length * 3);
  for (let i = 0, at = 0; i < data.length; i++) {
    const value = data[i]!;
    out[at++] = value; out[at++] = value; out[at++] = value;
  }
  return out;
}
