// The white cell that a picture is named after: nucleus with chromatin, cytoplasm, granules.
import { stream } from '../random.ts';
import type { Stream } from '../random.ts';
import type { CellClass } from './population.ts';
import { eachPixel, inside, smoothStep, type Scene } from './scene.ts';
import { blob, crumpled, nucleus, type Disc } from './shapes.ts';

export interface WhiteCell {
  readonly kind: CellClass;
  readonly place: Disc;
  /** 0 typical to 1 hard to tell. */
  readonly difficulty: number;
  /** Chromatin: 0 smooth to 1 coarse. */
  readonly coarse: number;
}

export function drawWhiteCell({ eosin, azure, orange, instances, draw, noise, place }: Scene, { kind, place: cell, difficulty, coarse }: WhiteCell): void {
  const agranular = kind === 'lymphocyte';
  const across = noise.field(place + 4, 22, 2), down = noise.field(place + 5, 22, 2);
  const edge = crumpled(blob(cell, draw, 10, 0.16), across, down, 0.09 * cell.radius);
  const core = crumpled(nucleus(kind, cell, draw, difficulty), noise.field(place + 6, 15, 2), noise.field(place + 7, 15, 2), (agranular ? 0.06 : 0.1) * cell.radius);
  const clumps = noise.field(place + 8, 7 + 4 * coarse, 2), fine = noise.field(place + 9, 2.6, 2), haze = noise.field(place + 10, 8, 3);
  const blue = agranular ? 0.2 + 0.18 * draw.uniform(20) : 0.06 + 0.1 * draw.uniform(20), pink = agranular ? 0.06 : 0.24 + 0.18 * draw.uniform(21);
  const density = 1 + 0.35 * draw.uniform(22), granules = drawGranules(kind, cell, stream(draw.integer(24, 2 ** 31), 'sample/granules'), difficulty);
  eachPixel(cell, (i, x, y) => {
    const rim = edge(x, y), cover = inside(rim, 1.8);
    if (cover === 0) return;
    const depth = core(x, y), within = inside(depth, 1.8) * cover, cytoplasm = cover - within, grains = cytoplasm > 0 ? granules(x, y) * cytoplasm : 0;
    // It lies on top: what was there shines through little.
    const through = 1 - 0.94 * cover;
    const membrane = 1 + 0.4 * Math.exp(-((rim / 2.2) ** 2)), halo = agranular ? 1 - 0.45 * Math.exp(-((depth / 5) ** 2)) : 1;
    // Clumps of dense chromatin between paler channels, and a dense rim.
    const clump = smoothStep(0.5 + 1.3 * clumps(x, y)), chromatin = 1 - (0.2 + 0.3 * coarse) * (1 - clump) + 0.14 * fine(x, y) + 0.2 * Math.exp(-(((depth + 2) / 2) ** 2));
    const body = cytoplasm * membrane * halo;
    eosin[i] = eosin[i]! * through + body * pink * (1 + 0.4 * haze(x, y)) + within * 0.14 + (kind === 'neutrophil' ? grains * 0.3 : 0);
    azure[i] = azure[i]! * through + body * blue * (1 + 0.5 * haze(x, y)) + within * density * chromatin + grains * { lymphocyte: 0.5, neutrophil: 0.16, eosinophil: 0.05 }[kind];
    orange[i] = orange[i]! * through + (kind === 'eosinophil' ? grains : 0);
    if (cover > 0.5) instances[i] = 1;
  });
}

/** How much granule lies at a point: coarse and dense, fine and many, or a few. */
function drawGranules(kind: CellClass, cell: Disc, draw: Stream, difficulty: number): (x: number, y: number) => number {
  const hard = difficulty > 0.6;
  const { count, radius, spread, strength } = {
    lymphocyte: { count: hard ? 9 : 0, radius: 1, spread: 0.8, strength: 0.6 },
    neutrophil: { count: 260, radius: 0.5, spread: hard ? 1.5 : 0.7, strength: hard ? 0.8 : 0.55 },
    eosinophil: { count: hard ? 150 : 240, radius: hard ? 1.2 : 1.6, spread: 0.9, strength: hard ? 0.45 : 0.75 },
  }[kind];
  const size = 16, buckets = new Map<number, Disc[]>(), key = (x: number, y: number) => Math.floor(y / size) * 64 + Math.floor(x / size);
  for (let k = 0; k < count; k++) {
    const angle = 2 * Math.PI * draw.uniform(3 * k), reach = cell.radius * 0.96 * Math.sqrt(draw.uniform(3 * k + 1));
    const one = { x: cell.x + reach * Math.cos(angle), y: cell.y + reach * Math.sin(angle), radius: radius + spread * draw.uniform(3 * k + 2) };
    for (const bucket of new Set([-4, 4].flatMap((dx) => [-4, 4].map((dy) => key(one.x + dx, one.y + dy))))) {
      const list = buckets.get(bucket);
      if (list) list.push(one);
      else buckets.set(bucket, [one]);
    }
  }
  return (x, y) => {
    let most = 0;
    for (const one of buckets.get(key(x, y)) ?? []) most = Math.max(most, inside(Math.hypot(x - one.x, y - one.y) - one.radius, 1.6));
    return most * strength;
  };
}
