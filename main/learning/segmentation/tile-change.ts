// Where a tile lies on its picture and what random changes it goes through: the same for pixels, labels and weights, in training and in the preview of an augmentation.
import { drawChange } from '../augment/index.ts';
import type { Augmentation, Change } from '../augment/index.ts';
import { drawPlace } from './places.ts';
import type { TileExample } from './tiles.ts';

export interface TileDraw {
  /** [height, width] of the tile. */
  readonly size: readonly [number, number];
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** Share of the random places that lie on an object. */
  readonly foreground: number;
}

interface Labelled {
  readonly width: number;
  readonly height: number;
  readonly labels: Uint8Array;
}

const still: Change = drawChange({}, 0, '', 0);

/** @param turn number of the epoch or view; null = without a change, at the place of view 0 */
export function tileChange(picture: Labelled, { key, place }: Pick<TileExample, 'key' | 'place'>, turn: number | null, { size: [height, width], augmentation, seed, foreground }: TileDraw): Change {
  const change = turn === null ? still : drawChange(augmentation, seed, key, turn);
  const zoom = turn === null ? 1 : zoomOf(change, augmentation);
  const window = { width: width * zoom, height: height * zoom };
  const [top, left] = place ?? drawPlace(picture, window, foreground, seed, key, turn ?? 0);
  return { ...change, crop: { x: (left + window.width / 2) / picture.width, y: (top + window.height / 2) / picture.height, width: window.width / picture.width, height: window.height / picture.height } };
}

/** The part that an augmentation would keep of a whole picture says how far to zoom, around 1. */
function zoomOf({ crop }: Change, { crop: range }: Augmentation): number {
  return Math.sqrt(crop.width * crop.height) / (range ? Math.sqrt((range.area[0] + range.area[1]) / 2) : 1);
}
