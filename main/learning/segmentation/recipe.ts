// What a run of a U-Net does, as data: phases over its stages, the loss of its maps, and where its tiles come from.
import type { Phase } from '#contract/plan.ts';
import type { Preprocessing } from '#contract/runs.ts';
import type { Augmentation, PresetId } from '../augment/index.ts';
import { preset } from '../augment/index.ts';
import { roomFor, seamMargin } from './tile-layout.ts';

export const lossKinds = ['cross-entropy-dice', 'cross-entropy', 'dice', 'focal', 'focal-dice', 'boundary'] as const;
/** `boundary`: cross-entropy with the weight map of the U-Net paper. Names joined by `-dice` are a sum with Dice. */
export type MaskLoss = (typeof lossKinds)[number];

export interface MaskRecipe {
  readonly phases: readonly Extract<Phase, { kind: 'train' }>[];
  readonly loss: MaskLoss;
  /** `balanced`: classes count by the inverse of their share of the pixels. */
  readonly classWeights: 'none' | 'balanced';
  readonly augmentation: PresetId;
  /** Random tiles of each picture whose frozen part is computed once and kept; 0 = new ones in every epoch. */
  readonly views: number;
  /** Sides of a tile in pixels. */
  readonly tile: number;
  /** Pictures are made so many times their size first. */
  readonly scale: number;
  /** Of each picture in an epoch; null = as many as it takes to cover it. */
  readonly tilesPerPicture: number | null;
  /** Share of the random tiles that lie on an object. */
  readonly foreground: number;
  readonly pretrained: boolean;
  /** Largest norm of all gradients together; null = no limit. */
  readonly clipNorm: number | null;
  /** Training ends after so many minutes with the best so far; null = when it is done. */
  readonly minutes: number | null;
}

/** How pictures must be prepared for a run: as for the encoder's weights, but in tiles. @param radius of what the network sees, in pixels */
export function tiledPreprocessing(own: Preprocessing, { tile, scale }: Pick<MaskRecipe, 'tile' | 'scale'>, radius: number): Preprocessing {
  return { ...own, size: [tile, tile], cropShare: 1, tiles: { scale, margin: seamMargin(radius) } };
}

/** The same for tiles of one size in prediction: with room between the margins. */
export function withRoom(preprocessing: Preprocessing): Preprocessing {
  const { size: [height, width], tiles } = preprocessing, margin = tiles?.margin ?? 0;
  return { ...preprocessing, size: [roomFor(height, margin), roomFor(width, margin)] };
}

/** What the presets of augmentation mean for masks: no part is erased; little is zoomed; pictures without a fixed up may bend. */
export function maskAugmentation(id: PresetId): Augmentation {
  const { erase: _, ...rest } = preset(id) as Augmentation; // the presets have different keys
  if (id === 'none') return rest;
  // Sides of .85 to 1.15 times a tile: a crop is a share of the whole, so the range ends at 1.
  return { ...rest, crop: { area: [0.55, 1], ratio: [1, 1] }, gamma: 0.2, ...(id === 'microscopy' && { elastic: { probability: 0.3, deviation: 10 } }) };
}
