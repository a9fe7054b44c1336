// Smooth random fields: textures of chromatin and cytoplasm, uneven outlines, and the grain of a sensor.
import { stream } from '../random.ts';

/** A value in about [-1, 1] at each point of a picture. */
export type Field = (x: number, y: number) => number;

export interface Noise {
  /**
   * Value noise: random numbers on a lattice, joined smoothly, in octaves of half the size and half the height.
   * @param place which part of the lattice is looked at: another place, another field
   * @param cell pixels between lattice points of the first octave
   */
  field(place: number, cell: number, octaves: number): Field;
  /** Standard normal grain. */
  grain(place: number, index: number): number;
}

const side = 256, mask = side - 1;

/** One table serves a whole sample; fields and pictures look at different places of it. */
export function makeNoise(seed: number): Noise {
  const draw = stream(seed, 'sample/noise');
  const lattice = Float32Array.from({ length: side * side }, (_, i) => draw.uniform(i) * 2 - 1);
  const normals = Float32Array.from({ length: side * side }, (_, i) => draw.normal(side * side + i));
  return {
    field(place, cell, octaves) {
      // Places lie far apart: an odd multiplier spreads them over the lattice.
      const left = Math.imul(place, 40503) & mask, top = (Math.imul(place, 40503) >>> 8) & mask;
      return (x, y) => {
        let sum = 0, height = 1, total = 0, across = x / cell, down = y / cell;
        for (let octave = 0; octave < octaves; octave++) {
          // Each octave is turned by some 37 degrees, so that the lattice does not show as corners and stripes.
          const turned = 0.8 * across - 0.6 * down;
          down = 0.6 * across + 0.8 * down;
          across = turned;
          const u = across + left + octave * 37.3, v = down + top + octave * 19.7;
          const column = Math.floor(u), row = Math.floor(v);
          const s = ease(u - column), t = ease(v - row);
          const above = (row & mask) * side, below = ((row + 1) & mask) * side, west = column & mask, east = (column + 1) & mask;
          const upper = lattice[above + west]! + (lattice[above + east]! - lattice[above + west]!) * s;
          const lower = lattice[below + west]! + (lattice[below + east]! - lattice[below + west]!) * s;
          sum += height * (upper + (lower - upper) * t);
          total += height;
          height /= 2;
          across *= 2;
          down *= 2;
        }
        return sum / total;
      };
    },
    // An odd multiplier visits the whole table, so neighbouring pictures and channels do not share a pattern.
    grain: (place, index) => normals[(Math.imul(index, 40503) + Math.imul(place, 9973) + (index >>> 7)) & (side * side - 1)]!,
  };
}

const ease = (t: number) => t * t * (3 - 2 * t);
