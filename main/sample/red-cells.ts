// Red cells: pale in the middle, crowded or sparse, some lying over others.
import type { Subject } from './population.ts';
import { eachPixel, inside, side, type Scene } from './scene.ts';
import { blob, crumpled, type Disc } from './shapes.ts';

/** @param white the cell that stays free of them */
export function drawRedCells(scene: Scene, white: Disc, { crowding, size, pallor: pale, oval: flat }: Pick<Subject, 'crowding' | 'size' | 'pallor' | 'oval'>): void {
  const { eosin, azure, instances, draw, noise, place } = scene;
  const texture = noise.field(place + 1, 16, 2), across = noise.field(place + 2, 30, 2), down = noise.field(place + 3, 30, 2);
  spread(scene, white, crowding, size).forEach((one, index) => {
    const at = 900 + index * 12, turn = Math.PI * draw.uniform(at + 9), oval = 1 + (0.05 + 0.2 * flat) * draw.uniform(at + 10);
    const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
    const round = blob({ x: 0, y: 0, radius: one.radius }, draw, at, 0.09);
    const edge = crumpled((x, y) => {
      const dx = x - one.x, dy = y - one.y;
      return round((dx * cosine + dy * sine) * oval, (dy * cosine - dx * sine) / oval);
    }, across, down, 0.1 * one.radius);
    const depth = 0.82 + 0.3 * draw.uniform(2000 + index), pallor = 0.35 + 0.4 * pale + 0.2 * draw.uniform(2100 + index), width = 0.3 + 0.12 * pale + 0.1 * draw.uniform(2200 + index);
    const middle = { x: one.x + 0.16 * one.radius * (draw.uniform(2300 + index) - 0.5), y: one.y + 0.16 * one.radius * (draw.uniform(2400 + index) - 0.5) };
    eachPixel(one, (i, x, y) => {
      const r = Math.hypot(x - middle.x, y - middle.y) / one.radius;
      if (r > 1.4) return;
      const distance = edge(x, y), cover = inside(distance);
      // Light that the rim bends away makes a bright line around a cell.
      if (distance > 0 && distance < 6) eosin[i]! -= 0.1 * Math.exp(-(((distance - 1.6) / 1.3) ** 2));
      if (cover === 0) return;
      const rim = 0.2 * Math.exp(-(((distance + 2.5) / 2.6) ** 2));
      eosin[i]! += cover * depth * (1 - pallor * Math.exp(-((r / width) ** 2)) + rim) * (1 + 0.1 * texture(x, y));
      azure[i]! += cover * 0.03;
      if (cover > 0.5) instances[i] = Math.min(255, index + 2);
    });
  });
}

/** Places that leave the white cell free and overlap each other a little at most. */
function spread({ draw }: Scene, white: Disc, crowding: number, size: number): readonly Disc[] {
  const placed: Disc[] = [], wanted = Math.round(crowding + 5 * (draw.uniform(4) - 0.5));
  for (let attempt = 0; placed.length < wanted && attempt < 160; attempt++) {
    const at = 100 + attempt * 4, radius = 25 * size * (0.84 + 0.28 * draw.uniform(at));
    const one = { x: draw.uniform(at + 1) * (side + 40) - 20, y: draw.uniform(at + 2) * (side + 40) - 20, radius };
    const apart = (other: Disc, share: number) => Math.hypot(one.x - other.x, one.y - other.y) > (one.radius + other.radius) * share;
    if (apart(white, 0.97) && placed.every((other) => apart(other, 0.8))) placed.push(one);
  }
  return placed;
}
