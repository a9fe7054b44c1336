// Resampling with antialiasing, bit for bit in the way of Pillow's 8-bit resize: rows first, then columns, each in 22-bit fixed point.

/** A filter over distances in pixels of the coarser of the two grids. */
interface Kernel { readonly support: number; weight(distance: number): number }

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const kernels = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  /** Keys 1981 with a = -0.5. */
  bicubic: {
    support: 2,
    weight(distance) {
      const a = -0.5, x = Math.abs(distance);
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    },
  },
  lanczos: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
} satisfies Record<string, Kernel>;

export type Interpolation = keyof typeof kernels | 'nearest';

/** Interleaved 8-bit samples: [height, width, channels]. */
export interface Plane { readonly width: number; readonly height: number; readonly channels: number; readonly data: Uint8Array }

/** What is wanted: the window [top, left, height, width] of the source scaled to `scaledHeight` x `scaledWidth`. Nothing outside it is computed. */
export interface Window {
  readonly scaledHeight: number;
  readonly scaledWidth: number;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The whole source at another size. */
export function wholeAt(height: number, width: number): Window {
  return { scaledHeight: height, scaledWidth: width, top: 0, left: 0, height, width };
}

/** @returns [window.height, window.width, source.channels] */
export function resize(source: Plane, window: Window, interpolation: Interpolation): Uint8Array {
  if (interpolation === 'nearest') return pick(source, window);
  const kernel = kernels[interpolation];
  const across = tapsOf(kernel, source.width, window.scaledWidth, window.left, window.width);
  const down = tapsOf(kernel, source.height, window.scaledHeight, window.top, window.height);
  const firstRow = down.starts[0]!, endRow = down.starts[window.height - 1]! + down.count;
  const rows = new Uint8ClampedArray((endRow - firstRow) * window.width * source.channels);
  (source.channels === 3 ? filterRows3 : filterRows)(source, across, firstRow, rows);
  const out = new Uint8ClampedArray(window.height * window.width * source.channels);
  filterColumns(rows, down, firstRow, window.width * source.channels, out);
  return new Uint8Array(out.buffer);
}

/** For each output position, `count` neighbouring source pixels: where they begin, and their weights at [position * count]. */
interface Taps { readonly starts: Int32Array; readonly weights: Int32Array; readonly count: number }

/** Fixed point. Sums stay within 32 bits: weights add up to 2^22, and no kernel here overshoots by more than a half. Clamped arrays do the rest. */
const precision = 22, half = 1 << (precision - 1);

/** Weights for output positions first .. first + length - 1 of a side of `from` pixels scaled to `to`. All have as many taps as the widest, filled with zeros. */
function tapsOf(kernel: Kernel, from: number, to: number, first: number, length: number): Taps {
  // A side that keeps its length is copied: every kernel is 1 at 0 and 0 at other whole numbers.
  const scale = from / to, stretch = Math.max(1, scale), support = from === to ? 0.5 : kernel.support * stretch;
  const count = Math.min(from, Math.ceil(2 * support));
  const starts = new Int32Array(length), weights = new Int32Array(length * count), exact = new Float64Array(count);
  for (let i = 0; i < length; i++) {
    const center = (first + i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - support + 0.5)), used = Math.min(from, Math.trunc(center + support + 0.5)) - low;
    const start = Math.min(low, from - count);
    let sum = 0;
    for (let tap = 0; tap < used; tap++) sum += exact[tap] = kernel.weight((low + tap - center + 0.5) / stretch);
    for (let tap = 0; tap < used; tap++) {
      const weight = exact[tap]! / sum * (1 << precision);
      weights[i * count + low - start + tap] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    starts[i] = start;
  }
  return { starts, weights, count };
}

/** Filters along rows, from source row `firstRow` on, until `out` is full. */
function filterRows({ data, width, channels }: Plane, { starts, weights, count }: Taps, firstRow: number, out: Uint8ClampedArray): void {
  for (let row = firstRow * width, to = 0; to < out.length; row += width) {
    for (let x = 0; x < starts.length; x++) {
      const first = (row + starts[x]!) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = half;
        for (let tap = 0, at = first + channel; tap < count; tap++, at += channels) sum = (sum + data[at]! * weights[x * count + tap]!) | 0;
        out[to++] = sum >> precision;
      }
    }
  }
}

/** The same for colour: each weight is fetched once. This and `filterColumns` are the hot loops of training. */
function filterRows3({ data, width }: Plane, { starts, weights, count }: Taps, firstRow: number, out: Uint8ClampedArray): void {
  for (let row = firstRow * width, to = 0; to < out.length; row += width) {
    for (let x = 0; x < starts.length; x++) {
      let at = (row + starts[x]!) * 3, red = half, green = half, blue = half;
      for (let w = x * count, end = w + count; w < end; w++, at += 3) {
        const weight = weights[w]!;
        red = (red + data[at]! * weight) | 0;
        green = (green + data[at + 1]! * weight) | 0;
        blue = (blue + data[at + 2]! * weight) | 0;
      }
      out[to++] = red >> precision;
      out[to++] = green >> precision;
      out[to++] = blue >> precision;
    }
  }
}

/** Filters down columns, a row at a time and two taps at once: half the time of a sum per pixel. @param firstRow the source row that `rows` begins with */
function filterColumns(rows: Uint8ClampedArray, { starts, weights, count }: Taps, firstRow: number, rowLength: number, out: Uint8ClampedArray): void {
  const sums = new Int32Array(rowLength);
  for (let y = 0, to = 0; y < starts.length; y++) {
    let a = (starts[y]! - firstRow) * rowLength, w = y * count;
    sums.fill(half);
    for (let tap = count % 2; tap < count; tap += 2) {
      const first = weights[w++]!, second = weights[w++]!;
      for (let i = 0, b = a + rowLength; i < rowLength; i++) sums[i] = sums[i]! + Math.imul(rows[a++]!, first) + Math.imul(rows[b++]!, second);
      a += rowLength;
    }
    if (count % 2 === 1) for (let i = 0, weight = weights[w]!; i < rowLength; i++) sums[i] = sums[i]! + Math.imul(rows[a++]!, weight);
    for (let i = 0; i < rowLength; i++) out[to++] = sums[i]! >> precision;
  }
}

/** Pillow's NEAREST: the pixel under the centre of each output pixel. */
function pick({ data, width, height, channels }: Plane, { scaledHeight, scaledWidth, top, left, height: outHeight, width: outWidth }: Window): Uint8Array {
  const out = new Uint8Array(outHeight * outWidth * channels);
  const columns = Int32Array.from({ length: outWidth }, (_, x) => Math.min(width - 1, Math.floor((left + x + 0.5) * width / scaledWidth)) * channels);
  for (let y = 0, to = 0; y < outHeight; y++) {
    const row = Math.min(height - 1, Math.floor((top + y + 0.5) * height / scaledHeight)) * width * channels;
    for (let x = 0; x < outWidth; x++) for (let channel = 0; channel < channels; channel++) out[to++] = data[row + columns[x]! + channel]!;
  }
  return out;
}
