// How two masks of one class agree, pixel by pixel: counts, and the shares that are made of them.

/** Pixels of one class on one picture, those that the reference leaves open not among them. */
export interface PixelCounts {
  readonly both: number;
  readonly referenceOnly: number;
  readonly predictedOnly: number;
}

export interface Overlap {
  /** 2 |A and B| / (|A| + |B|), Dice 1945; 1 where both are empty. */
  readonly dice: number;
  /** |A and B| / |A or B|, Jaccard 1912; 1 where both are empty. */
  readonly iou: number;
  /** Share of the predicted pixels that are in the reference; null where nothing is predicted. */
  readonly precision: number | null;
  /** Share of the reference's pixels that are predicted; null where the reference is empty. */
  readonly recall: number | null;
}

export function overlap({ both, referenceOnly, predictedOnly }: PixelCounts): Overlap {
  const reference = both + referenceOnly, predicted = both + predictedOnly, either = reference + predictedOnly;
  return {
    dice: either === 0 ? 1 : (2 * both) / (reference + predicted),
    iou: either === 0 ? 1 : both / either,
    precision: predicted === 0 ? null : both / predicted,
    recall: reference === 0 ? null : both / reference,
  };
}

/** @param reference, predicted the class's pixels: 1 or 0, and 0 in both where the reference leaves it open */
export function pixelCounts(reference: Uint8Array, predicted: Uint8Array): PixelCounts {
  let both = 0, referenceOnly = 0, predictedOnly = 0;
  for (let i = 0; i < reference.length; i++) {
    if (reference[i] === 1) predicted[i] === 1 ? both++ : referenceOnly++;
    else if (predicted[i] === 1) predictedOnly++;
  }
  return { both, referenceOnly, predictedOnly };
}
