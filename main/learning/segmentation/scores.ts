// How well maps fit, gathered tile by tile: the plain loss, the share of right pixels, and Dice per picture.
import { ignored } from '../../masks/index.ts';
import type { Tensor } from '../../tensor.ts';
import type { Scores } from '../checkpoint.ts';
import { diceSmooth, focalGamma, usesCrossEntropy, usesDice, usesFocal } from './loss.ts';
import type { MaskLoss } from './recipe.ts';

/** Pixels of one map in one picture. */
interface Overlap { both: number; said: number; there: number }

export interface MaskScorer {
  /**
   * @param logits [n, height, width, maps]
   * @param pictures the picture of each tile
   * @param loss of the batch where it is known already; none = the plain loss, without weights
   * @returns the likeliest map of every pixel
   */
  add(logits: Tensor, labels: Uint8Array, pictures: readonly number[], loss?: number): Uint8Array;
  scores(): Required<Scores>;
}

export function createMaskScorer(kind: MaskLoss, maps: number): MaskScorer {
  let lossSum = 0, tiles = 0, right = 0, known = 0;
  const overlaps = new Map<number, Overlap[]>();
  return {
    add(logits, labels, pictures, loss) {
      const said = new Uint8Array(labels.length), area = labels.length / pictures.length;
      pictures.forEach((picture, place) => {
        const own = overlaps.get(picture) ?? Array.from({ length: maps }, (): Overlap => ({ both: 0, said: 0, there: 0 }));
        overlaps.set(picture, own);
        for (let i = place * area; i < (place + 1) * area; i++) {
          const answer = said[i] = largest(logits.data, i * maps, maps), label = labels[i]!;
          if (label === ignored) continue;
          known++;
          own[answer]!.said++;
          own[label]!.there++;
          if (answer !== label) continue;
          right++;
          own[label]!.both++;
        }
      });
      lossSum += pictures.length * (loss ?? plainLoss(kind, logits.data, labels, maps));
      tiles += pictures.length;
      return said;
    },
    scores: () => ({ loss: lossSum / tiles, accuracy: right / known, dice: mean([...overlaps.values()].map(pictureDice)) }),
  };
}

/** Mean over the classes that are there or said, without the background; 1 where there is none. */
function pictureDice(maps: readonly Overlap[]): number {
  const shown = maps.slice(1).filter(({ said, there }) => said + there > 0);
  return shown.length === 0 ? 1 : mean(shown.map(({ both, said, there }) => (2 * both) / (said + there)));
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function largest(data: Float32Array, at: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if (data[at + c]! > data[at + best]!) best = c;
  return best;
}

/** The loss that the engines train with, in double precision and without weights; ignored pixels do not count. See loss-terms.ts for the definitions. */
export function plainLoss(kind: MaskLoss, logits: Float32Array, labels: Uint8Array, maps: number): number {
  let known = 0, entropy = 0, focal = 0;
  const overlaps = Array.from({ length: maps }, (): Overlap => ({ both: 0, said: 0, there: 0 }));
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label === ignored) continue;
    known++;
    const highest = logits[i * maps + largest(logits, i * maps, maps)]!;
    let sum = 0;
    for (let c = 0; c < maps; c++) sum += Math.exp(logits[i * maps + c]! - highest);
    const logP = logits[i * maps + label]! - highest - Math.log(sum), p = Math.exp(logP);
    entropy -= logP;
    focal -= (1 - p) ** focalGamma * logP;
    overlaps[label]!.there++;
    overlaps[label]!.both += p;
    for (let c = 0; c < maps; c++) overlaps[c]!.said += Math.exp(logits[i * maps + c]! - highest) / sum;
  }
  if (known === 0) return 0;
  const dice = mean(overlaps.map(({ both, said, there }) => (there > 0 ? 1 - (both + diceSmooth) / ((said + there) / 2 + diceSmooth) : 0)));
  return (usesCrossEntropy(kind) ? entropy / known : 0) + (usesFocal(kind) ? focal / known : 0) + (usesDice(kind) ? dice : 0);
}
