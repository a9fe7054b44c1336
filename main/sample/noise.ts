// Smooth random fields: textures of chromatin and cytoplasm, and the grain of a sensor.
import { stream } from '../random.ts';

/** A value in about [-1, 1] at each point of a picture. */
export type Field = (x: number, y: number) => number;

/**
 * Value noise: random numbers on a lattice, joined smoothly, in octaves of half the size and half the height.
 * @param cell pixels between lattice points of the first octave
 */
export function smoothNoise(seed: number, name: string, cell: number, octaves: number): Field {
  const side = 64, draw = stream(seed, name);
  const lattice = Float32Array.from({ length: side * side }, (_, i) => draw.uniform(i) * 2 - 1);
  const at = (column: number, row: number) => lattice[(row & (side - 1)) * side + (column & (side - 1))]!;
  const ease = (t: number) => t * t * (3 - 2 * t);
  return (x, y) => {
    let sum = 0, height = 1, total = 0, scale = 1 / cell;
    for (let octave = 0; octave < octaves; octave++) {
      const u = x * scale + octave * 17.3, v = y * scale + octave * 9.7;
      const column = Math.floor(u), row = Math.floor(v), s = ease(u - column), t = ease(v - row);
      const top = at(column, row) + (at(column + 1, row) - at(column, row)) * s;
      const bottom = at(column, row + 1) + (at(column + 1, row + 1) - at(column, row + 1)) * s;
      sum += height * (top + (bottom - top) * t);
      total += height;
      height /= 2;
      scale *= 2;
    }
    return sum / total;
  };
}

/** Standard normal grain on a tile that pictures read at random offsets: one table instead of a draw per pixel. */
export function grain(seed: number): (offset: number, index: number) => number {
  const length = 1 << 16, draw = stream(seed, 'sample/grain');
  const table = Float32Array.from({ length }, (_, i) => draw.normal(i));
  // an odd multiplier visits the whole table, so neighbouring pictures and channels do not share a pattern
  return (offset, index) => table[(Math.imul(index, 40503) + Math.imul(offset, 9973) + (index >>> 7)) & (length - 1)]!;
}
