// Union, intersection and difference of masks of one picture, on the run lengths themselves: no pixel is touched.
import type { Box, Mask } from '../geometry.ts';
import { BoundsGatherer, RunGatherer } from './runs.ts';

/** Pixels of either. */
export function unite(a: Mask, b: Mask): Mask {
  const gatherer = new RunGatherer(a);
  eachAlike(a, b, (inA, inB, from, to) => { if (inA || inB) gatherer.add(from, to); });
  return gatherer.mask();
}

/** Pixels of both. */
export function intersect(a: Mask, b: Mask): Mask {
  return part(a, b, true);
}

/** Pixels of the first that are not of the second. */
export function subtract(a: Mask, b: Mask): Mask {
  return part(a, b, false);
}

/** Pixels of none. */
export function complement(mask: Mask): Mask {
  const { width, height, runs } = mask;
  const [first, ...rest] = runs;
  return { shape: 'mask', width, height, runs: first === 0 ? rest : [0, ...runs] };
}

/** Whether two masks share a pixel. Quickest where the first is the smaller one. */
export function meet(a: Mask, b: Mask): boolean {
  return !eachPart(a, b, (inB) => !inB);
}

/** The smallest box around the pixels of which one mask says another thing than the other; null where they are the same. */
export function differing(a: Mask, b: Mask): Box | null {
  const gatherer = new BoundsGatherer(a.width);
  eachAlike(a, b, (inA, inB, from, to) => { if (inA !== inB) gatherer.add(from, to); });
  return gatherer.box();
}

/** What of the first lies in the second, or beside it. */
function part(a: Mask, b: Mask, within: boolean): Mask {
  const gatherer = new RunGatherer(a);
  eachPart(a, b, (inB, from, to) => {
    if (inB === within) gatherer.add(from, to);
    return true;
  });
  return gatherer.mask();
}

/**
 * Visits the first mask's pixels in ascending order, in stretches that lie wholly in the second or wholly beside it, until `visit` says false.
 * What of the second lies elsewhere is only stepped over: ten thousand small masks are held against one large one.
 * @returns whether it came to the end
 */
function eachPart(a: Mask, b: Mask, visit: (inB: boolean, from: number, to: number) => boolean): boolean {
  ofOnePicture(a, b);
  const { runs } = b, total = a.width * a.height;
  let j = 0, endB = runs[0] ?? total, end = 0;
  for (let i = 0; i < a.runs.length; i++) {
    const start = end;
    end += a.runs[i]!;
    if (i % 2 === 0) continue;
    for (let at = start; at < end;) {
      while (endB <= at) endB += runs[++j] ?? total;
      const next = Math.min(end, endB);
      if (!visit(j % 2 === 1, at, next)) return false;
      at = next;
    }
  }
  return true;
}

/** Visits, in ascending order, the stretches over which neither mask changes. */
function eachAlike(a: Mask, b: Mask, visit: (inA: boolean, inB: boolean, from: number, to: number) => void): void {
  ofOnePicture(a, b);
  const total = a.width * a.height;
  let i = 0, j = 0, at = 0, endA = a.runs[0] ?? total, endB = b.runs[0] ?? total;
  while (at < total) {
    const next = Math.min(endA, endB);
    if (next > at) visit(i % 2 === 1, j % 2 === 1, at, next);
    at = next;
    while (endA <= at && at < total) endA += a.runs[++i] ?? total;
    while (endB <= at && at < total) endB += b.runs[++j] ?? total;
  }
}

function ofOnePicture(a: Mask, b: Mask): void {
  if (a.width !== b.width || a.height !== b.height) throw new Error(`a mask of ${a.width} x ${a.height} and one of ${b.width} x ${b.height} are not of one picture`);
}
