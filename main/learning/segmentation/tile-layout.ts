// Where the tiles of a picture lie, and how much each counts where they overlap.

export interface Extent {
  readonly height: number;
  readonly width: number;
}

/** Tile origins are multiples of this, so that every max pool of every encoder falls on the same pixels as in the whole picture. */
export const gridStep = 32;

/**
 * Where tiles begin along a side so that they cover it.
 * @param margin pixels at each inner edge of a tile that a neighbour covers better; a multiple of gridStep
 */
export function origins(length: number, tile: number, margin: number): readonly number[] {
  const step = tile - 2 * margin;
  if (length > tile && step < gridStep) throw new Error(`tiles of ${tile} pixels have nothing left inside margins of ${margin}`);
  const found = [0];
  while (found.at(-1)! + tile < length) found.push(found.at(-1)! + step);
  return found;
}

/** Origins of all tiles of a picture, row by row. */
export function tilesOf({ height, width }: Extent, [tileHeight, tileWidth]: readonly [number, number], margin: number): readonly (readonly [top: number, left: number])[] {
  return origins(height, tileHeight, margin).flatMap((top) => origins(width, tileWidth, margin).map((left) => [top, left] as const));
}

/**
 * How much each pixel of a tile counts along one side: nothing in the outer half of an inner margin, where the picture's going on is not seen, then rising to 1.
 * At the edge of the picture itself there is no neighbour, and the tile counts fully.
 */
export function blend(tile: number, margin: number, { first, last }: { readonly first: boolean; readonly last: boolean }): Float32Array {
  // Neighbours share twice the margin: each gives way to the other around its middle.
  const rising = (distance: number) => (margin === 0 ? 1 : Math.min(Math.max(distance / margin - 0.5, 0), 1));
  return Float32Array.from({ length: tile }, (_, i) => Math.min(first ? 1 : rising(i + 0.5), last ? 1 : rising(tile - i - 0.5)));
}
