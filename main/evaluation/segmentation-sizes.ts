// Failures by size: of the reference's objects, small to large, how many the model found.
import type { SizeRange } from '#contract/segmentation.ts';
import { bootstrapIntervals } from './bootstrap.ts';
import type { BootstrapOptions } from './bootstrap.ts';

/** An object of the reference. */
export interface SizedObject {
  /** Index of its picture. */
  readonly picture: number;
  readonly area: number;
  readonly found: boolean;
}

/** Ranges that are told apart. */
const ranges = 4;
/** Fewer objects in a range than this would leave its share to chance. */
const fewest = 5;

/** Cuts the objects into ranges with about as many each; objects of one area stay in one range. */
export function foundBySize(objects: readonly SizedObject[], options: BootstrapOptions): SizeRange[] {
  const sorted = objects.toSorted((a, b) => a.area - b.area), wanted = Math.max(1, Math.min(ranges, Math.floor(sorted.length / fewest)));
  const parts: SizedObject[][] = [];
  for (let range = 0, from = 0; range < wanted && from < sorted.length; range++) {
    let to = Math.max(from + 1, Math.round((sorted.length * (range + 1)) / wanted));
    while (to < sorted.length && sorted[to]!.area === sorted[to - 1]!.area) to++;
    parts.push(sorted.slice(from, to));
    from = to;
  }
  const shares = (weights: Float64Array) => parts.map((part) => {
    let found = 0, all = 0;
    for (const one of part) {
      const weight = weights[one.picture]!;
      all += weight;
      if (one.found) found += weight;
    }
    return all === 0 ? null : found / all;
  });
  const point = shares(new Float64Array(options.subjectOf.length).fill(1)), intervals = bootstrapIntervals(shares, options);
  return parts.map((part, i) => ({ from: part[0]!.area, to: part.at(-1)!.area, objects: part.length, found: { value: point[i] ?? null, ...intervals[i]! } }));
}
