// Masks in COCO: run lengths down the columns, as a list or packed into a text; ours run along the rows.
// The packing is that of rleToString in pycocotools' maskApi.c: five bits per character, the difference to the run two before.
import type { Mask } from '#contract/geometry.ts';

/** Height and width come as [height, width]. @returns null where the runs do not cover the picture exactly */
export function maskFromCoco(counts: readonly number[] | string, [height, width]: readonly [number, number]): Mask | null {
  const columns = typeof counts === 'string' ? unpack(counts) : counts;
  if (!columns?.every((n) => Number.isInteger(n) && n >= 0) || columns.reduce((sum, n) => sum + n, 0) !== height * width) return null;
  return { shape: 'mask', width, height, runs: transposed(columns, height, width) };
}

export function maskToCoco({ width, height, runs }: Mask): { readonly size: readonly [number, number]; readonly counts: readonly number[] } {
  return { size: [height, width], counts: transposed(runs, width, height) };
}

/** Number of pixels that a mask covers. */
export function maskArea({ runs }: Mask): number {
  return runs.reduce((sum, length, index) => sum + (index % 2 ? length : 0), 0);
}

/** From runs along lines of `length` pixels to runs across the `count` lines. */
function transposed(runs: readonly number[], length: number, count: number): number[] {
  const across = new Uint8Array(length * count);
  let at = 0;
  runs.forEach((run, index) => {
    if (index % 2) for (let i = at; i < at + run; i++) across[(i % length) * count + Math.floor(i / length)] = 1;
    at += run;
  });
  const result: number[] = [];
  let value = 0, start = 0;
  for (let i = 0; i <= across.length; i++) {
    if (i < across.length && across[i] === value) continue;
    result.push(i - start);
    [value, start] = [1 - value, i];
  }
  return result;
}

function unpack(text: string): readonly number[] | null {
  const counts: number[] = [];
  for (let at = 0; at < text.length;) {
    let value = 0, shift = 0, more = true;
    while (more) {
      const bits = text.charCodeAt(at++) - 48;
      if (!(bits >= 0 && bits < 64) || shift > 30) return null;
      value |= (bits & 31) << shift;
      more = (bits & 32) !== 0;
      shift += 5;
      if (!more && bits & 16 && shift < 32) value |= -1 << shift;
    }
    counts.push(value + (counts.length > 2 ? counts.at(-2)! : 0));
  }
  return counts;
}
