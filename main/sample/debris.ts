// What a network has to learn to leave out: platelets, grains of stain, a cell that broke, dust on the lens.
import { eachPixel, inside, side, type Scene } from './scene.ts';
import { blob, crumpled, type Disc } from './shapes.ts';

/** @param white the cell that stays free */
export function drawDebris(scene: Scene, white: Disc): void {
  drawPlatelets(scene, white);
  if (scene.draw.uniform(25) < 0.3) drawGrains(scene, white);
  if (scene.draw.uniform(26) < 0.12) drawSmudge(scene, white);
  if (scene.draw.uniform(27) < 0.25) drawDust(scene);
}

const near = (one: Disc, white: Disc, share: number) => Math.hypot(one.x - white.x, one.y - white.y) < white.radius * share + one.radius;

function drawPlatelets({ azure, eosin, draw, noise, place }: Scene, white: Disc): void {
  const texture = noise.field(place + 11, 3, 2);
  for (let k = 0, count = draw.integer(5, 8); k < count; k++) {
    const at = 4000 + k * 12, one = { x: draw.uniform(at) * side, y: draw.uniform(at + 1) * side, radius: 3.5 + 5 * draw.uniform(at + 2) ** 2 };
    if (near(one, white, 1)) continue;
    const edge = crumpled(blob(one, draw, at + 3, 0.5), noise.field(place + 12, 5, 1), noise.field(place + 13, 5, 1), 1.6);
    eachPixel(one, (i, x, y) => {
      const cover = inside(edge(x, y), 2);
      azure[i]! += cover * Math.max(0.08, 0.3 + 0.4 * texture(x, y));
      eosin[i]! += cover * 0.2;
    });
  }
}

/** Precipitate: specks of dye, small, dark and in heaps. */
function drawGrains({ azure, draw }: Scene, white: Disc): void {
  const heap = { x: draw.uniform(4200) * side, y: draw.uniform(4201) * side };
  for (let k = 0, count = 6 + draw.integer(4202, 30); k < count; k++) {
    const at = 4210 + 3 * k, one = { x: heap.x + 16 * draw.normal(at), y: heap.y + 16 * draw.normal(at + 1), radius: 0.7 + 1.3 * draw.uniform(at + 2) };
    if (near(one, white, 1)) continue;
    eachPixel(one, (i, x, y) => { azure[i]! += 0.8 * inside(Math.hypot(x - one.x, y - one.y) - one.radius, 1.4); });
  }
}

/** The spilt nucleus of a cell that the smearing broke: violet, torn, without a border. */
function drawSmudge({ azure, eosin, draw, noise, place }: Scene, white: Disc): void {
  const angle = 2 * Math.PI * draw.uniform(4400), far = white.radius + 60;
  const one = { x: white.x + far * Math.cos(angle), y: white.y + far * Math.sin(angle), radius: 26 + 14 * draw.uniform(4401) };
  const edge = crumpled(blob(one, draw, 4402, 0.5), noise.field(place + 14, 14, 3), noise.field(place + 15, 14, 3), 14), threads = noise.field(place + 16, 7, 3);
  eachPixel({ ...one, radius: one.radius * 1.4 }, (i, x, y) => {
    const cover = inside(edge(x, y), 12);
    if (cover === 0) return;
    azure[i]! += cover * Math.max(0, 0.45 + 0.5 * threads(x, y));
    eosin[i]! += cover * 0.12;
  });
}

/** A grain out of focus: a pale grey disc with a ring. */
function drawDust({ azure, eosin, draw }: Scene): void {
  const one = { x: draw.uniform(4500) * side, y: draw.uniform(4501) * side, radius: 7 + 12 * draw.uniform(4502) };
  eachPixel(one, (i, x, y) => {
    const distance = Math.hypot(x - one.x, y - one.y) - one.radius;
    const shade = 0.05 * inside(distance, 4) + 0.09 * Math.exp(-((distance / 2.2) ** 2));
    azure[i]! += shade;
    eosin[i]! += shade;
  });
}
