// Draws one picture of the sample: a white cell among red ones, as a stained smear under a microscope, with its mask of instances.
import { stream } from '../random.ts';
import { drawDebris } from './debris.ts';
import { develop } from './develop.ts';
import { makeNoise } from './noise.ts';
import type { PlannedPicture } from './population.ts';
import { drawRedCells } from './red-cells.ts';
import { emptyScene, side } from './scene.ts';
import { drawWhiteCell } from './white-cell.ts';

export interface DrawnPicture {
  /** [side, side, 3] */
  readonly pixels: Uint8Array;
  /** [side, side]: 0 background, 1 the white cell, 2 and up the red cells. */
  readonly instances: Uint8Array;
}

/** Mean radius of the white cell in pixels. */
const radii = { lymphocyte: 40, neutrophil: 50, eosinophil: 52 } as const;

/**
 * @param seed of the whole sample; the picture's name makes it a stream of its own
 * @param noise the sample's, made once: all its pictures share it
 */
export function drawPicture(seed: number, picture: PlannedPicture, noise = makeNoise(seed)): DrawnPicture {
  const { subject, cell: kind, difficulty } = picture;
  const draw = stream(seed, `sample/picture/${picture.name}`), scene = emptyScene(draw, noise);
  // Objective and camera differ from picture to picture, so that size in pixels alone tells little.
  const zoom = subject.size * (0.84 + 0.32 * draw.uniform(0));
  const radius = (radii[kind] + (kind === 'lymphocyte' && difficulty > 0.6 ? 9 : 0)) * zoom * (0.9 + 0.2 * draw.uniform(1));
  const place = { x: side * (0.5 + 0.26 * (draw.uniform(2) - 0.5)), y: side * (0.5 + 0.26 * (draw.uniform(3) - 0.5)), radius };
  drawRedCells(scene, place, { ...subject, crowding: subject.crowding / zoom ** 2, size: zoom });
  drawDebris(scene, place);
  drawWhiteCell(scene, { kind, place, difficulty, coarse: subject.chromatin });
  return { pixels: develop(scene, picture), instances: scene.instances };
}
