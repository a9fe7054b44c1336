// Dice at every threshold of a probability: from counts of pixels by probability, so that no threshold costs another look at them.
import { ignored } from '../masks/index.ts';

/** Thresholds at which a whole set is measured. */
export const thresholds: readonly number[] = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/** Probabilities are kept as whole numbers of 256ths, rounded down; 255 stands for all that is more. A pixel reaches a threshold where its number is at least this. */
export function atLeast(threshold: number): number {
  return Math.min(255, Math.ceil(threshold * 256 - 1e-9)); // 0.55 * 256 may come out above what it is
}

/**
 * @param reference a label map; pixels of `label` are the class, those that are left open count for neither side
 * @param probability of the class, one byte per pixel
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
    const from = atLeast(threshold), either = inside[0]! + all[from]!;
    return either === 0 ? 1 : (2 * inside[from]!) / either;
  });
}
