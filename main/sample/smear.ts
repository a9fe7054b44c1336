// Draws one picture of the sample: a white cell among red ones, as a stained smear under a microscope, with its mask of instances.
import { stream } from '../random.ts';
import type { Stream } from '../random.ts';
import { grain, smoothNoise } from './noise.ts';
import type { CellClass, PlannedPicture } from './population.ts';
import { blob, nucleus } from './shapes.ts';
import type { Disc } from './shapes.ts';
import { blur, stainOf, transmit } from './stain.ts';
import type { Dyes } from './stain.ts';

export const side = 256;

export interface DrawnPicture {
  /** [side, side, 3] */
  readonly pixels: Uint8Array;
  /** [side, side]: 0 background, 1 the white cell, 2 and up the red cells. */
  readonly instances: Uint8Array;
}

interface Scene extends Dyes { readonly instances: Uint8Array; readonly draw: Stream; readonly seed: number }

const smoothStep = (t: number) => t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
/** Share of a pixel inside an edge that is `softness` pixels wide. */
const inside = (distance: number, softness = 1.4) => smoothStep(0.5 - distance / softness);

/** @param seed of the whole sample; the picture's name makes it a stream of its own */
export function drawPicture(seed: number, picture: PlannedPicture, noise = grain(seed)): DrawnPicture {
  const draw = stream(seed, `sample/picture/${picture.name}`), pictureSeed = draw.integer(0, 2 ** 31);
  const scene: Scene = { eosin: new Float32Array(side * side), azure: new Float32Array(side * side), orange: new Float32Array(side * side), instances: new Uint8Array(side * side), draw, seed: pictureSeed };
  const { subject, cell, difficulty } = picture;
  const radius = { lymphocyte: 40, neutrophil: 52, eosinophil: 54 }[cell] * subject.size * (0.88 + 0.24 * draw.uniform(1)) + (cell === 'lymphocyte' && difficulty > 0.6 ? 9 : 0);
  const white: Disc = { x: side * (0.5 + 0.22 * (draw.uniform(2) - 0.5)), y: side * (0.5 + 0.22 * (draw.uniform(3) - 0.5)), radius };
  drawRedCells(scene, white, subject.crowding, subject.size);
  drawPlatelets(scene, white);
  drawWhiteCell(scene, white, cell, difficulty, subject.chromatin);
  return { pixels: develop(scene, picture, noise), instances: scene.instances };
}

function drawRedCells({ eosin, azure, instances, draw, seed }: Scene, white: Disc, crowding: number, size: number): void {
  const placed: Disc[] = [], wanted = Math.round(crowding + 5 * (draw.uniform(4) - 0.5)), texture = smoothNoise(seed, 'red', 22, 2);
  for (let attempt = 0; placed.length < wanted && attempt < 160; attempt++) {
    const at = 100 + attempt * 4, radius = 25 * size * (0.86 + 0.26 * draw.uniform(at));
    const one: Disc = { x: draw.uniform(at + 1) * (side + 40) - 20, y: draw.uniform(at + 2) * (side + 40) - 20, radius };
    const apart = (other: Disc, share: number) => Math.hypot(one.x - other.x, one.y - other.y) > (one.radius + other.radius) * share;
    if (apart(white, 0.94) && placed.every((other) => apart(other, 0.84))) placed.push(one);
  }
  placed.forEach((one, index) => {
    const edge = blob(one, draw, 900 + index * 12, 0.1), depth = 0.82 + 0.3 * draw.uniform(2000 + index), pallor = 0.45 + 0.3 * draw.uniform(2100 + index);
    eachPixel(one, (i, x, y) => {
      const cover = inside(edge(x, y));
      if (cover === 0) return;
      const r = Math.hypot(x - one.x, y - one.y) / one.radius;
      eosin[i]! += cover * depth * (1 - pallor * Math.exp(-((r / 0.42) ** 2))) * (1 + 0.06 * texture(x, y));
      azure[i]! += cover * 0.03;
      if (cover > 0.5) instances[i] = Math.min(255, index + 2);
    });
  });
}

/** Small violet crumbs: what a network has to learn to leave out. */
function drawPlatelets({ azure, eosin, draw, seed }: Scene, white: Disc): void {
  const texture = smoothNoise(seed, 'platelet', 4, 2);
  for (let k = 0, count = draw.integer(5, 7); k < count; k++) {
    const at = 2300 + k * 12, one: Disc = { x: draw.uniform(at) * side, y: draw.uniform(at + 1) * side, radius: 4 + 5 * draw.uniform(at + 2) };
    if (Math.hypot(one.x - white.x, one.y - white.y) < white.radius * 1.15) continue;
    const edge = blob(one, draw, at + 3, 0.5);
    eachPixel(one, (i, x, y) => {
      const cover = inside(edge(x, y), 2);
      azure[i]! += cover * (0.32 + 0.22 * texture(x, y));
      eosin[i]! += cover * 0.2;
    });
  }
}

function drawWhiteCell({ eosin, azure, orange, instances, draw, seed }: Scene, cell: Disc, kind: CellClass, difficulty: number, coarse: number): void {
  const edge = blob(cell, draw, 10, 0.16), core = nucleus(kind, cell, draw, difficulty);
  const clumps = smoothNoise(seed, 'chromatin', 6 + 5 * coarse, 3), haze = smoothNoise(seed, 'cytoplasm', 9, 3);
  const blue = kind === 'lymphocyte' ? 0.3 + 0.12 * draw.uniform(20) : 0.07 + 0.07 * draw.uniform(20), pink = kind === 'lymphocyte' ? 0.06 : 0.3 + 0.14 * draw.uniform(21);
  const density = 1.28 + 0.3 * draw.uniform(22), granules = drawGranules(kind, cell, draw, difficulty);
  eachPixel(cell, (i, x, y) => {
    const rim = edge(x, y), cover = inside(rim);
    if (cover === 0) return;
    const within = inside(core(x, y), 1.8) * cover, cytoplasm = cover * (1 - within), grains = granules(x, y) * cytoplasm;
    // a white cell lies on top: what was there shines through little
    const through = 1 - 0.92 * cover;
    const membrane = 1 + 0.35 * Math.exp(-((rim / 2.2) ** 2));
    eosin[i] = eosin[i]! * through + cytoplasm * pink * membrane * (1 + 0.25 * haze(x, y)) + within * 0.12 + (kind === 'neutrophil' ? grains * 0.22 : 0);
    azure[i] = azure[i]! * through + cytoplasm * blue * membrane * (1 + 0.35 * haze(x, y)) + within * density * (1 + (0.2 + 0.3 * coarse) * clumps(x, y)) + (kind === 'neutrophil' ? grains * 0.14 : kind === 'lymphocyte' ? grains * 0.5 : 0);
    orange[i] = orange[i]! * through + (kind === 'eosinophil' ? grains : 0);
    if (cover > 0.5) instances[i] = 1;
  });
}

/** How much granule lies at a point: coarse and dense, fine and many, or a few. */
function drawGranules(kind: CellClass, cell: Disc, draw: Stream, difficulty: number): (x: number, y: number) => number {
  const hard = difficulty > 0.6;
  const [count, smallest, spread, strength] = ({
    lymphocyte: [hard ? 8 : 0, 1, 0.8, 0.6], neutrophil: [150, 0.8, hard ? 1.3 : 0.6, hard ? 0.75 : 0.5], eosinophil: [hard ? 110 : 170, hard ? 1.2 : 1.7, 0.8, hard ? 0.5 : 0.8],
  } as const)[kind];
  const cells = 16, buckets = new Map<number, Disc[]>(), key = (x: number, y: number) => Math.floor(y / cells) * 64 + Math.floor(x / cells);
  for (let k = 0; k < count; k++) {
    const at = 3000 + k * 3, angle = 2 * Math.PI * draw.uniform(at), reach = cell.radius * 0.93 * Math.sqrt(draw.uniform(at + 1));
    const one: Disc = { x: cell.x + reach * Math.cos(angle), y: cell.y + reach * Math.sin(angle), radius: smallest + spread * draw.uniform(at + 2) };
    for (const dx of [-4, 4]) for (const dy of [-4, 4]) {
      const bucket = key(one.x + dx, one.y + dy), list = buckets.get(bucket);
      if (!list) buckets.set(bucket, [one]);
      else if (!list.includes(one)) list.push(one);
    }
  }
  return (x, y) => {
    let most = 0;
    for (const one of buckets.get(key(x, y)) ?? []) most = Math.max(most, inside(Math.hypot(x - one.x, y - one.y) - one.radius, 1.6));
    return most * strength;
  };
}

/** Lamp, lens and sensor. */
function develop(scene: Scene, { subject, name }: PlannedPicture, noise: ReturnType<typeof grain>): Uint8Array {
  const { draw, seed } = scene, stain = stainOf(subject), pixels = new Uint8Array(side * side * 3);
  const tilt = [0.16 * (draw.uniform(6) - 0.5), 0.16 * (draw.uniform(7) - 0.5)] as const, shade = 0.1 + (subject.site === 'B' ? 0.14 : 0.04) * draw.uniform(8), exposure = 0.96 + 0.1 * draw.uniform(9);
  const dust = smoothNoise(seed, 'dust', 60, 2), lamp = new Float32Array(side * side);
  for (let y = 0, i = 0; y < side; y++) for (let x = 0; x < side; x++, i++) {
    const u = x / side - 0.5, v = y / side - 0.5;
    lamp[i] = exposure * (1 + tilt[0] * u + tilt[1] * v - shade * (u * u + v * v) + 0.012 * dust(x, y));
  }
  const sigma = stain.blur * (0.8 + 0.7 * draw.uniform(23) ** 2), offset = seed & 0xffff;
  transmit(scene, subject, lamp).forEach((plane, channel) => {
    const light = blur(plane, side, side, sigma);
    for (let i = 0; i < light.length; i++) {
      const value = 255 * Math.min(1.02, light[i]!) ** 0.92 + stain.noise * noise(offset + channel * 7919 + name.length, i);
      pixels[i * 3 + channel] = Math.max(0, Math.min(255, Math.round(value)));
    }
  });
  return pixels;
}

/** Visits the pixels of a disc's surroundings that lie in the picture. */
function eachPixel({ x: cx, y: cy, radius }: Disc, visit: (index: number, x: number, y: number) => void): void {
  const reach = radius * 1.3 + 3;
  for (let y = Math.max(0, Math.floor(cy - reach)), bottom = Math.min(side - 1, Math.ceil(cy + reach)); y <= bottom; y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)), right = Math.min(side - 1, Math.ceil(cx + reach)); x <= right; x++) visit(y * side + x, x, y);
  }
}
