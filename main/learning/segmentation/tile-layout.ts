// Where the tiles of a picture lie, and how much each counts where they overlap.

export interface Extent {
  readonly height: number;
  readonly width: number;
}

/** Tile origins are multiples of this, so that every max pool of every encoder falls on the same pixels as in the whole picture. */
export const gridStep = 32;

/**
 * Share of the radius of what a network sees in which all lies that moves a probability by a thousandth: what is farther off is seen through many kernels.
 * Measured on a trained U-Net on EfficientNet-Lite0, whose radius is 534 pixels: with 320 pixels to the edge of a tile the largest difference on 696 x 520 was 9e-4, with 256 it was 4e-3.
 */
const seenShare = 0.7;
/** Deeper networks are given no more: their tiles would be nearly all margin. */
const mostMargin = 448;

/** Pixels to the edge of a tile within which its neighbour's answer counts. @param radius of what the network sees */
export const seamMargin = (radius: number): number => Math.min(mostMargin, onGrid(seenShare * radius));

/** Sides of a tile of which at least a third is its own. */
export const roomFor = (side: number, margin: number): number => Math.max(side, onGrid(3 * margin));

/** The next multiple of the grid's step: as long as a network has to be to see the whole side. */
export const onGrid = (length: number): number => Math.ceil(length / gridStep) * gridStep;

/**
 * Where tiles begin along a side so that they cover it. The last one ends where the side does, on the grid, so that the network sees the same edge as in the whole picture.
 * @param margin pixels at each inner edge of a tile that a neighbour covers better; a multiple of gridStep
 */
export function origins(length: number, tile: number, margin: number): readonly number[] {
  const step = tile - 2 * margin;
  if (length > tile && step < gridStep) throw new Error(`tiles of ${tile} pixels have nothing left inside margins of ${margin}`);
  const found = [0];
  while (found.at(-1)! + tile < length) found.push(Math.min(found.at(-1)! + step, onGrid(length) - tile));
  return found;
}

/** Origins of all tiles of a picture, row by row. */
export function tilesOf({ height, width }: Extent, [tileHeight, tileWidth]: readonly [number, number], margin: number): readonly (readonly [top: number, left: number])[] {
  return origins(height, tileHeight, margin).flatMap((top) => origins(width, tileWidth, margin).map((left) => [top, left] as const));
}

/**
 * How much each pixel of a tile counts along one side: nothing within an inner margin, where too little of the picture's going on is seen, then soon 1: neighbours give way to each other within a grid step.
 * At the edge of the picture itself there is no neighbour, and the tile counts fully.
 */
export function blend(tile: number, margin: number, { first, last }: { readonly first: boolean; readonly last: boolean }): Float32Array {
  // Neighbours share twice the margin or more: each gives way to the other around the middle.
  const rising = (distance: number) => (margin === 0 ? 1 : Math.min(Math.max((distance - margin) / gridStep + 0.5, 0), 1));
  return Float32Array.from({ length: tile }, (_, i) => Math.min(first ? 1 : rising(i + 0.5), last ? 1 : rising(tile - i - 0.5)));
}
