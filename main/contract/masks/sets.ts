// Union, intersection and difference of masks of one picture, on the run lengths themselves: no pixel is touched.
import type { Mask } from '../geometry.ts';
import { RunGatherer } from './runs.ts';

/** Pixels of either. */
export function unite(a: Mask, b: Mask): Mask {
  return combined(a, b, (inA, inB) => inA || inB);
}

/** Pixels of both. */
export function intersect(a: Mask, b: Mask): Mask {
  return combined(a, b, (inA, inB) => inA && inB);
}

/** Pixels of the first that are not of the second. */
export function subtract(a: Mask, b: Mask): Mask {
  return combined(a, b, (inA, inB) => inA && !inB);
}

/** Pixels of none. */
export function complement(mask: Mask): Mask {
  const { width, height, runs } = mask;
  const [first, ...rest] = runs;
  return { shape: 'mask', width, height, runs: first === 0 ? rest : [0, ...runs] };
}

function combined(a: Mask, b: Mask, keeps: (inA: boolean, inB: boolean) => boolean): Mask {
  if (a.width !== b.width || a.height !== b.height) throw new Error(`a mask of ${a.width} x ${a.height} and one of ${b.width} x ${b.height} are not of one picture`);
  const gatherer = new RunGatherer(a), total = a.width * a.height;
  let i = 0, j = 0, at = 0, endA = a.runs[0] ?? total, endB = b.runs[0] ?? total;
  while (at < total) {
    const next = Math.min(endA, endB);
    if (keeps(i % 2 === 1, j % 2 === 1)) gatherer.add(at, next);
    at = next;
    while (endA <= at && at < total) endA += a.runs[++i] ?? total;
    while (endB <= at && at < total) endB += b.runs[++j] ?? total;
  }
  return gatherer.mask();
}
