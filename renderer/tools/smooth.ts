// A smoother outline: each pixel becomes what most pixels around it are.
import type { Mask } from '#contract/geometry.ts';
import { bounds, eachRowStretch, RunGatherer } from '#contract/masks/runs.ts';

/** Majority over squares of 2 * reach + 1 pixels; what lies beside the picture is as its edge. */
export function smoothed(mask: Mask, reach: number): Mask {
  const box = bounds(mask), gatherer = new RunGatherer(mask);
  if (box === null || reach < 1) return mask;
  const x1 = Math.max(0, box.x1 - reach), y1 = Math.max(0, box.y1 - reach), x2 = Math.min(mask.width, box.x2 + reach), y2 = Math.min(mask.height, box.y2 + reach);
  const width = x2 - x1, height = y2 - y1, bits = new Uint8Array(width * height);
  eachRowStretch(mask, (y, from, to) => { bits.fill(1, (y - y1) * width + from - x1, (y - y1) * width + to - x1); });
  const across = summed(bits, width, height, 1, width, reach), sums = summed(across, height, width, width, 1, reach), half = (2 * reach + 1) ** 2 / 2;
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) if (sums[i]! > half) gatherer.add((y + y1) * mask.width + x + x1, (y + y1) * mask.width + x + x1 + 1);
  return gatherer.mask();
}

/** Sums of 2 * reach + 1 neighbours along lines; the ends are repeated. */
function summed(values: ArrayLike<number>, length: number, lines: number, step: number, lineStep: number, reach: number): Int32Array {
  const sums = new Int32Array(length * lines);
  for (let line = 0; line < lines; line++) {
    const at = (i: number) => values[line * lineStep + Math.min(length - 1, Math.max(0, i)) * step]!;
    let sum = 0;
    for (let i = -reach; i <= reach; i++) sum += at(i);
    for (let i = 0; i < length; i++) {
      sums[line * lineStep + i * step] = sum;
      sum += at(i + reach + 1) - at(i - reach);
    }
  }
  return sums;
}
