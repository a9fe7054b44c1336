// A picture whose pixels are numbers of classes or objects, as mask files hold it, and the masks in it.
import type { Mask } from '#contract/geometry.ts';
import { RunGatherer } from '#contract/masks/runs.ts';

export interface LabelRaster {
  readonly width: number;
  readonly height: number;
  /** Row by row; of colours 0xRRGGBB. */
  readonly values: ArrayLike<number>;
  readonly kind: 'grey' | 'indexed' | 'colour';
}

/** One mask for each number but 0, in ascending order of the numbers. */
export function masksByValue({ width, height, values }: LabelRaster): ReadonlyMap<number, Mask> {
  const gatherers = new Map<number, RunGatherer>();
  for (let row = 0; row < height; row++) {
    for (let from = row * width, end = from + width; from < end;) {
      const value = values[from]!;
      let to = from + 1;
      while (to < end && values[to] === value) to++;
      if (value !== 0) {
        let gatherer = gatherers.get(value);
        if (gatherer === undefined) gatherers.set(value, gatherer = new RunGatherer({ width, height }));
        gatherer.add(from, to);
      }
      from = to;
    }
  }
  return new Map([...gatherers].sort(([a], [b]) => a - b).map(([value, gatherer]) => [value, gatherer.mask()]));
}
