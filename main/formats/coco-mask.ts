// Masks in COCO: run lengths down the columns, as a list or packed into a text; ours run along the rows.
// The packing is that of rleToString in pycocotools' maskApi.c: five bits per character, the difference to the run two before.
import type { Mask } from '#contract/geometry.ts';
import { eachRowStretch, RunGatherer } from '#contract/masks/runs.ts';
import { bounds } from '../masks/index.ts';

/** Height and width come as [height, width]. @returns null where the runs do not cover the picture exactly */
export function maskFromCoco(counts: readonly number[] | string, [height, width]: readonly [number, number]): Mask | null {
  const columns = typeof counts === 'string' ? unpack(counts) : counts;
  if (!columns?.every((n) => Number.isInteger(n) && n >= 0) || columns.reduce((sum, n) => sum + n, 0) !== height * width) return null;
  return transposed({ shape: 'mask', width: height, height: width, runs: [...columns] });
}

/** Packed, as most programs expect it. */
export function maskToCoco(mask: Mask): { readonly size: readonly [number, number]; readonly counts: string } {
  return { size: [mask.height, mask.width], counts: pack(transposed(mask).runs) };
}

/** The mask of the picture with rows and columns exchanged. */
function transposed(mask: Mask): Mask {
  const { width, height } = mask, box = bounds(mask), gatherer = new RunGatherer({ width: height, height: width });
  if (box === null) return gatherer.mask();
  const rows = box.y2 - box.y1, across = new Uint8Array((box.x2 - box.x1) * rows);
  eachRowStretch(mask, (y, from, to) => { for (let x = from; x < to; x++) across[(x - box.x1) * rows + y - box.y1] = 1; });
  for (let x = box.x1, i = 0; x < box.x2; x++) for (let y = box.y1; y < box.y2; y++, i++) if (across[i] === 1) gatherer.add(x * height + y, x * height + y + 1);
  return gatherer.mask();
}

function pack(counts: readonly number[]): string {
  const codes: number[] = [];
  counts.forEach((count, i) => {
    let value = i > 2 ? count - counts[i - 2]! : count, more = true;
    while (more) {
      const bits = value & 31;
      value >>= 5;
      more = bits & 16 ? value !== -1 : value !== 0;
      codes.push((more ? bits | 32 : bits) + 48);
    }
  });
  return codes.map((code) => String.fromCharCode(code)).join('');
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
