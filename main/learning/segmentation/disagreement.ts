// How unsure a U-Net is of a picture: how far its masks change when the picture is mirrored, which changes nothing of what is to be seen.
import { pictureDice } from '../../evaluation/index.ts';
import type { ScaledPicture } from './scaled.ts';

/** Left and right changed over, or top and bottom. */
export const mirrorings = ['across', 'down'] as const;
export type Mirroring = (typeof mirrorings)[number];

/** Pixels with their channels, mirrored. */
export function mirrored<T extends Uint8Array>(data: T, { width, height, channels }: Pick<ScaledPicture, 'width' | 'height' | 'channels'>, how: Mirroring): Uint8Array {
  const result = new Uint8Array(data.length), row = width * channels;
  for (let y = 0; y < height; y++) {
    if (how === 'down') result.set(data.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
    else for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) result[y * row + (width - 1 - x) * channels + c] = data[y * row + x * channels + c]!;
  }
  return result;
}

/**
 * 1 less the mean Dice between every two of the views: 0 = always the same masks, 1 = nothing in common. Views by test-time augmentation (Wang et al. 2019, Neurocomputing 338);
 * Dice between them as the measure of a picture's uncertainty, which goes with its true Dice (Roy et al. 2019, NeuroImage 195).
 * @param views label maps of one picture
 */
export function disagreement(views: readonly Uint8Array[], classes: number): number {
  const pairs = views.flatMap((one, i) => views.slice(i + 1).map((other) => pictureDice(one, other, classes)));
  return 1 - pairs.reduce((sum, dice) => sum + dice, 0) / pairs.length;
}
