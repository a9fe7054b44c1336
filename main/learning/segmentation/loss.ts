// The loss of a map of logits as terms for an engine, and what a batch of labels is to them.
import type { Batch } from '../../engines/engine.ts';
import type { LossTerm } from '../../engines/loss-terms.ts';
import { ignored } from '../../masks/index.ts';
import type { NodeId } from '../../nets/graph.ts';
import type { MaskLoss } from './recipe.ts';

/** Keys of the targets of a batch: pixels weigh differently, regions do not. */
const PIXELS = 'pixels', REGIONS = 'regions';

/** As in Lin et al. 2017. */
export const focalGamma = 2;
/** Keeps Dice smooth where a class is nearly absent. */
export const diceSmooth = 1;

export const usesDice = (loss: MaskLoss): boolean => loss === 'dice' || loss.endsWith('-dice');
export const usesFocal = (loss: MaskLoss): boolean => loss.startsWith('focal');
export const usesCrossEntropy = (loss: MaskLoss): boolean => loss === 'boundary' || loss.startsWith('cross-entropy');

export function maskLoss(loss: MaskLoss, logits: NodeId): readonly LossTerm[] {
  return [
    ...(usesCrossEntropy(loss) ? [{ kind: 'cross-entropy', logits, target: PIXELS, coefficient: 1 } as const] : []),
    ...(usesFocal(loss) ? [{ kind: 'focal', logits, target: PIXELS, coefficient: 1, gamma: focalGamma } as const] : []),
    ...(usesDice(loss) ? [{ kind: 'dice', logits, target: REGIONS, coefficient: 1, smooth: diceSmooth } as const] : []),
  ];
}

export interface LabelBatch {
  /** [n, height, width]: 0 background, class + 1, or `ignored`. */
  readonly labels: Uint8Array;
  /** Of the weight map; null = every pixel counts 1. */
  readonly weights: Float32Array | null;
}

/**
 * @param shape [n, height, width, maps]
 * @param classWeights one per map; null = all 1
 */
export function maskTargets(loss: MaskLoss, { labels, weights }: LabelBatch, shape: readonly [number, number, number, number], classWeights: readonly number[] | null): Pick<Batch, 'targets' | 'weights'> {
  const maps = shape[3], data = new Float32Array(labels.length * maps), perPixel = new Float32Array(labels.length), known = new Float32Array(labels.length);
  labels.forEach((label, i) => {
    // What is ignored needs some class too: it counts 0.
    data[i * maps + (label === ignored ? 0 : label)] = 1;
    if (label === ignored) return;
    known[i] = 1;
    perPixel[i] = (weights?.[i] ?? 1) * (classWeights?.[label] ?? 1);
  });
  const target = { shape, data };
  const keys = [...(usesCrossEntropy(loss) || usesFocal(loss) ? [[PIXELS, perPixel] as const] : []), ...(usesDice(loss) ? [[REGIONS, known] as const] : [])];
  return { targets: new Map(keys.map(([key]) => [key, target])), weights: new Map(keys) };
}

/** Weights inversely proportional to a map's share of the labelled pixels, 1 on average over these; 0 for one without a pixel. */
export function balancedMaps(labels: Iterable<Uint8Array>, maps: number): number[] {
  const counts = new Array<number>(maps).fill(0);
  for (const one of labels) for (const label of one) if (label < maps) counts[label] = counts[label]! + 1;
  const all = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => (count === 0 ? 0 : all / (maps * count)));
}
