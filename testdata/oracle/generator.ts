// The generated weights and pictures that the oracle's numbers belong to (README, section 1): the same bits as gen.py.
import { fnv1a32 } from '../../main/random.ts';
import { sizeOf } from '../../main/tensor.ts';

/** Finaliser of MurmurHash3. */
export function fmix32(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const hashAt = (seed: number, index: number) => fmix32((seed + Math.imul(index, 0x9e3779b9)) | 0);
const unitAt = (seed: number, index: number) => (hashAt(seed, index) >>> 8) / 8388608 - 1;

/** Number `index` of the stream `name`, in [-1, 1). */
export function unit(name: string, index: number): number {
  return unitAt(fnv1a32(name), index);
}

/**
 * Values of a parameter or statistic, row-major in PyTorch's layout.
 * @param name state-dict name
 * @param scale `s` of its batch norm (`bn_s` in the files); nothing else uses it
 */
export function generatedTensor(name: string, shape: readonly number[], scale = 1): Float32Array {
  const seed = fnv1a32(name);
  const [offset, spread] = rule(name, shape, scale);
  const data = new Float32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = offset + spread * unitAt(seed, i);
  return data;
}

function rule(name: string, shape: readonly number[], scale: number): [offset: number, spread: number] {
  if (shape.length >= 2) return [0, Math.sqrt(6 / sizeOf(shape.slice(1)))];
  if (name.endsWith('.running_var')) return [scale * scale, 0.25 * scale * scale];
  if (name.endsWith('.running_mean')) return [0, 0.1 * scale];
  if (name.endsWith('.bias')) return [0, 0.1];
  if (name.endsWith('.weight')) return [1, 0.2];
  throw new Error(`no rule for ${name}`);
}

/** Value of an input picture before rounding to float32. */
function inputValue(seed: number, picture: number, channel: number, y: number, x: number, width: number): number {
  const ramp = ((y * (3 + picture) + x * (5 + 2 * picture) + 29 * channel + 53 * picture) % 97) / 48 - 1;
  const patch = ((Math.floor(y / 32) + Math.floor(x / 32) + channel + picture) % 3) - 1;
  return 0.6 * ramp + 0.4 * unitAt(seed, y * width + x) + 0.5 * patch;
}

/** Input pictures 0 .. n-1 in NHWC, three channels, fed to the networks as they are. */
export function generatedInput(n: number, height: number, width: number): Float32Array {
  const data = new Float32Array(n * height * width * 3);
  for (let picture = 0; picture < n; picture++) {
    for (let channel = 0; channel < 3; channel++) {
      const seed = fnv1a32(`input.${picture}.${channel}`);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) data[((picture * height + y) * width + x) * 3 + channel] = inputValue(seed, picture, channel, y, x, width);
      }
    }
  }
  return data;
}

/** An 8-bit RGB picture, HWC, for resize.json. */
export function generatedPicture(name: string, height: number, width: number): Uint8Array {
  const seed = fnv1a32(name);
  const data = new Uint8Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++, i++) {
        data[i] = Math.floor(((3 * x + 5 * y + 40 * channel) % 256) / 2)
          + 64 * ((Math.floor(y / 16) + Math.floor(x / 16)) % 2) + (hashAt(seed, i) >>> 27);
      }
    }
  }
  return data;
}
