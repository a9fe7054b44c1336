// Changes of colour, sharpness and grain that leave every pixel at its place.
import { stream } from '../../random.ts';
import { clamped } from './pixels.ts';
import type { Pixels } from './pixels.ts';
import type { Change } from './draw.ts';

/** Weights of red, green and blue in grey (ITU-R BT.601), as in Pillow. */
const grey = [0.299, 0.587, 0.114] as const;

/** Every share of white to the power of gamma. */
export function adjustGamma(picture: Pixels, gamma: number): Pixels {
  if (gamma === 1) return picture;
  const table = Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * (value / 255) ** gamma));
  return { ...picture, data: picture.data.map((value) => table[value]!) };
}

/** Brightness, then contrast around the mean grey, then saturation, each a blend as in torchvision: all three in one pass. */
export function adjustTone(picture: Pixels, { brightness, contrast, saturation }: Pick<Change, 'brightness' | 'contrast' | 'saturation'>): Pixels {
  if (brightness === 1 && contrast === 1 && (saturation === 1 || picture.channels !== 3)) return picture;
  const { channels, data } = picture;
  const { values, bytes } = clamped(data.length);
  const factor = brightness * contrast;
  const offset = brightness * (1 - contrast) * meanGrey(picture);
  if (channels !== 3 || saturation === 1) {
    for (let i = 0; i < data.length; i++) values[i] = factor * data[i]! + offset;
    return { ...picture, data: bytes };
  }
  for (let i = 0; i < data.length; i += 3) {
    const rest = (1 - saturation) * (grey[0] * data[i]! + grey[1] * data[i + 1]! + grey[2] * data[i + 2]!);
    for (let c = 0; c < 3; c++) values[i + c] = factor * (saturation * data[i + c]! + rest) + offset;
  }
  return { ...picture, data: bytes };
}

function meanGrey({ channels, data }: Pixels): number {
  const sums = new Float64Array(channels);
  for (let i = 0; i < data.length; i += channels) for (let c = 0; c < channels; c++) sums[c] = sums[c]! + data[i + c]!;
  const means = sums.map((sum) => (sum * channels) / data.length);
  return channels === 3 ? grey[0] * means[0]! + grey[1] * means[1]! + grey[2] * means[2]! : means.reduce((a, b) => a + b, 0) / channels;
}

/**
 * Turns all colours about the axis of greys, which leaves greys and the sum of red, green and blue as they are; pictures of other than three channels have no hue.
 * @param angle radians
 */
export function turnHue(picture: Pixels, angle: number): Pixels {
  if (angle === 0 || picture.channels !== 3) return picture;
  const { data } = picture;
  const { values, bytes } = clamped(data.length);
  // Rodrigues' rotation about (1, 1, 1) / sqrt(3).
  const cos = Math.cos(angle), side = Math.sin(angle) / Math.sqrt(3), shared = (1 - cos) / 3;
  for (let i = 0; i < data.length; i += 3) for (let c = 0; c < 3; c++) {
    values[i + c] = (cos + shared) * data[i + c]! + (shared - side) * data[i + (c + 1) % 3]! + (shared + side) * data[i + (c + 2) % 3]!;
  }
  return { ...picture, data: bytes };
}

/** Gaussian blur, rows then columns, to three sigma; the edge pixel continues outside. */
export function blur(picture: Pixels, sigma: number): Pixels {
  if (sigma <= 0) return picture;
  const radius = Math.ceil(3 * sigma);
  const raw = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const kernel = raw.map((value) => value / raw.reduce((a, b) => a + b, 0));
  const { width, height, channels } = picture;
  const rows = along(picture.data, kernel, { count: width, step: channels }, { count: height, step: width * channels }, channels);
  return { ...picture, data: along(rows, kernel, { count: height, step: width * channels }, { count: width, step: channels }, channels) };
}

interface Axis { readonly count: number; readonly step: number }

function along(data: Uint8Array, kernel: Float64Array, axis: Axis, other: Axis, channels: number): Uint8Array {
  const { values, bytes } = clamped(data.length);
  const radius = (kernel.length - 1) / 2;
  for (let o = 0; o < other.count; o++) for (let i = 0; i < axis.count; i++) for (let c = 0; c < channels; c++) {
    const line = o * other.step + c;
    let sum = 0;
    for (let k = -radius; k <= radius; k++) sum += kernel[k + radius]! * data[line + Math.min(axis.count - 1, Math.max(0, i + k)) * axis.step]!;
    values[line + i * axis.step] = sum;
  }
  return bytes;
}

/** Standard normal numbers to take from: drawing one per pixel from the counter would cost more than all else. */
let normals: Float32Array | undefined;
const normalCount = 1 << 16;

/** Independent Gaussian noise per channel. Each row of pixels starts at its own random place in one long table of normal numbers. */
export function addNoise(picture: Pixels, deviation: number, grain: number): Pixels {
  if (deviation <= 0) return picture;
  const source = stream(0, 'augment/normals');
  const table = (normals ??= Float32Array.from({ length: normalCount }, (_, i) => source.normal(i)));
  const starts = stream(grain, 'augment/grain');
  const { values, bytes } = clamped(picture.data.length);
  const row = picture.width * picture.channels;
  for (let y = 0; y < picture.height; y++) {
    const start = starts.integer(y, normalCount);
    for (let x = 0; x < row; x++) values[y * row + x] = picture.data[y * row + x]! + deviation * table[(start + x) & (normalCount - 1)]!;
  }
  return { ...picture, data: bytes };
}

/** Fills a rectangle with the mean colour of the picture. */
export function erase(picture: Pixels, area: Change['erase']): Pixels {
  if (!area) return picture;
  const { width, height, channels, data } = picture;
  const filled = data.slice();
  const means = Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let i = c; i < data.length; i += channels) sum += data[i]!;
    return Math.round((sum * channels) / data.length);
  });
  const left = Math.round(area.left * width), right = Math.round((area.left + area.width) * width);
  for (let y = Math.round(area.top * height); y < Math.round((area.top + area.height) * height); y++)
    for (let x = left; x < right; x++) for (let c = 0; c < channels; c++) filled[(y * width + x) * channels + c] = means[c]!;
  return { ...picture, data: filled };
}
