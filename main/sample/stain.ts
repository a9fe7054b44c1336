// From dye to colour: light through two dyes (Beer and Lambert), a lamp, a lens and a sensor, each site with its own.
import type { Subject } from './population.ts';

/** Optical density of one unit of dye in red, green and blue light. */
interface Stain {
  readonly eosin: readonly [number, number, number];
  readonly azure: readonly [number, number, number];
  /** Coarse granules of an eosinophil: eosin without the blue of the rest. */
  readonly orange: readonly [number, number, number];
  readonly field: readonly [number, number, number];
  /** Factor on all densities. */
  readonly contrast: number;
  /** Radius of the lens's blur in pixels. */
  readonly blur: number;
  /** Standard deviation of the sensor's noise, of 255. */
  readonly noise: number;
}

const sites: Readonly<Record<Subject['site'], Stain>> = {
  A: { eosin: [0.09, 0.42, 0.3], azure: [0.78, 0.92, 0.33], orange: [0.07, 0.62, 0.72], field: [0.945, 0.925, 0.915], contrast: 1, blur: 0.55, noise: 2.2 },
  B: { eosin: [0.2, 0.36, 0.22], azure: [0.86, 0.72, 0.24], orange: [0.16, 0.52, 0.5], field: [0.85, 0.88, 0.9], contrast: 0.8, blur: 1.15, noise: 4 },
};

export interface Dyes { readonly eosin: Float32Array; readonly azure: Float32Array; readonly orange: Float32Array }

export function stainOf(subject: Subject): Stain {
  return sites[subject.site];
}

/**
 * @param lamp how bright the lamp is at a pixel, about 1
 * @returns linear red, green and blue in [0, 1], channel after channel
 */
export function transmit({ eosin, azure, orange }: Dyes, subject: Subject, lamp: Float32Array): [Float32Array, Float32Array, Float32Array] {
  const stain = stainOf(subject), count = eosin.length;
  return [0, 1, 2].map((channel) => {
    const light = new Float32Array(count), e = stain.eosin[channel]! * stain.contrast * subject.eosin, a = stain.azure[channel]! * stain.contrast * subject.azure, o = stain.orange[channel]! * stain.contrast * subject.eosin;
    const field = stain.field[channel]! + subject.tint[channel]!;
    for (let i = 0; i < count; i++) light[i] = field * lamp[i]! * Math.exp(-(e * eosin[i]! + a * azure[i]! + o * orange[i]!));
    return light;
  }) as [Float32Array, Float32Array, Float32Array]; // three channels in, three out
}

/** Separable Gaussian blur; edges repeat. */
export function blur(plane: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const reach = Math.max(1, Math.ceil(sigma * 2.5)), bells = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const total = bells.reduce((a, b) => a + b), weights = Float64Array.from(bells, (bell) => bell / total);
  const along = (from: Float32Array, step: number, length: number, lines: number, lineStep: number): Float32Array => {
    const to = new Float32Array(from.length), padded = new Float32Array(length + 2 * reach);
    for (let line = 0; line < lines; line++) {
      const start = line * lineStep;
      for (let i = 0; i < padded.length; i++) padded[i] = from[start + Math.max(0, Math.min(length - 1, i - reach)) * step]!;
      for (let i = 0; i < length; i++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * padded[i + k]!;
        to[start + i * step] = sum;
      }
    }
    return to;
  };
  return along(along(plane, 1, width, height, width), width, height, width, 1);
}
