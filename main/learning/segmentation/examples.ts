// The tiles of a run: random ones of its training pictures, and a grid that covers each validation picture once.
import { createHash } from 'node:crypto';
import type { JobImage, TrainDocument } from '#contract/jobs.ts';
import type { Preprocessing } from '#contract/runs.ts';
import type { TileCounts } from './kept.ts';
import type { MaskRecipe } from './recipe.ts';
import { labelledSize, scaledSize } from './scaled.ts';
import { tilesOf } from './tile-layout.ts';
import type { Extent } from './tile-layout.ts';
import type { TileExample } from './tiles.ts';

/** Random tiles of a picture in an epoch: as many as cover it, where the recipe does not say. */
function drawn(scaled: Extent, [height, width]: Preprocessing['size'], { tilesPerPicture }: Pick<MaskRecipe, 'tilesPerPicture'>): number {
  return tilesPerPicture ?? Math.max(1, Math.round((scaled.width * scaled.height) / (width * height)));
}

/** Every tile by the name from which its random place and changes follow. */
export function examplesOf({ images, preprocessing }: Pick<TrainDocument, 'images' | 'preprocessing'>, recipe: Pick<MaskRecipe, 'tilesPerPicture' | 'foreground'>): TileExample[] {
  const { size, tiles } = preprocessing;
  return images.flatMap(({ partition, labels, source, id }, picture): TileExample[] => {
    if (labels === undefined) return [];
    const name = 'blob' in source ? source.blob : id, scaled = scaledSize(labelledSize(labels), tiles?.scale ?? 1);
    if (partition === 'validation') return tilesOf(scaled, size, 0).map((place) => ({ picture, key: `${name}/${place.join()}`, place }));
    if (partition !== 'train') return [];
    // Where a random tile lies depends on the labels too: with others, what was kept of it no longer counts.
    const own = `${name}/${createHash('sha256').update(`${recipe.foreground} ${labels}`).digest('hex')}`;
    return Array.from({ length: drawn(scaled, size, recipe) }, (_, k) => ({ picture, key: `${own}/${k}`, place: null }));
  });
}

/** How many examples there will be, before any mask is drawn. @param sizes of the pictures, by id */
export function tileCounts({ images, preprocessing: { size, tiles } }: { readonly images: readonly Pick<JobImage, 'id' | 'partition'>[]; readonly preprocessing: Preprocessing }, recipe: Pick<MaskRecipe, 'tilesPerPicture'>, sizes: ReadonlyMap<string, Extent>): TileCounts {
  const inPartition = (partition: string, count: (scaled: Extent) => number) => images.reduce((sum, { id, partition: own }) => sum + (own === partition ? count(scaledSize(sizes.get(id)!, tiles?.scale ?? 1)) : 0), 0);
  return { training: inPartition('train', (scaled) => drawn(scaled, size, recipe)), validation: inPartition('validation', (scaled) => tilesOf(scaled, size, 0).length) };
}
