// Dice at every threshold of a probability: from counts of pixels by probability, so that no threshold costs another look at them.
import { byteReaching } from '#contract/masks/threshold.ts';
import { ignored } from '../masks/index.ts';

/** Thresholds at which a whole set is measured. */
export const thresholds: readonly number[] = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/**
 * @param reference a label map; pixels of `label` are the class, those that are left open count for neither side
 * @param probability of the class, one byte per pixel in 256ths
 * @returns Dice for each of `thresholds`; 1 where both sides are empty
 */
export function diceByThreshold(reference: Uint8Array, label: number, probability: Uint8Array): number[] {
  const inside = new Float64Array(257), all = new Float64Array(257);
  for (let i = 0; i < reference.length; i++) {
    if (reference[i] === ignored) continue;
    all[probability[i]!]!++;
    if (reference[i] === label) inside[probability[i]!]!++;
  }
  // From here on entry p counts the pixels of probability p and more.
  for (let p = 255; p >= 0; p--) {
    all[p]! += all[p + 1]!;
    inside[p]! += inside[p + 1]!;
  }
  return thresholds.map((threshold) => {
    const from = byteReaching(threshold), either = inside[0]! + all[from]!;
    return either === 0 ? 1 : (2 * inside[from]!) / either;
  });
}
