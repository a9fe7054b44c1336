// How masks are drawn and looked at: sizes, tolerances, what happens at other objects. Kept in the browser's storage.
import { overlaps } from '../tools/mask-edit.ts';
import type { Overlap } from '../tools/mask-edit.ts';

interface Kept {
  /** Diameter of the brush in picture pixels. */
  readonly size: number;
  /** Largest difference of a channel, 0..255, for the flood fill and the brush with a threshold. */
  readonly tolerance: number;
  /** Width of superpixels in picture pixels. */
  readonly pieces: number;
  /** Reach in pixels of the smoothing at the end of a stroke; 0 = none. */
  readonly smoothing: number;
  readonly overlap: Overlap;
  /** Opacity of fills in per cent. */
  readonly fill: number;
  readonly outlineOnly: boolean;
}

const KEY = 'fovea.masks';
const standard: Kept = { size: 24, tolerance: 24, pieces: 16, smoothing: 0, overlap: 'stop', fill: 40, outlineOnly: false };
export const largestBrush = 512;

function read(): Kept {
  try {
    // Written by this file alone; what is missing falls back to the standard.
    const kept = { ...standard, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>) };
    return overlaps.includes(kept.overlap) ? kept : standard;
  } catch {
    return standard;
  }
}

export class MaskTools {
  #kept = $state.raw(read());
  /** While a key is held. */
  hidden = $state(false);
  /** Where the tool would be applied by key, in picture pixels; null = the pointer leads. */
  cursor = $state.raw<{ readonly x: number; readonly y: number } | null>(null);
  /** Set by the picture that is shown: applies the tool in hand at a point. */
  applyAt: ((point: { readonly x: number; readonly y: number }) => void) | null = null;
  /** Set likewise: ends a polygon (`close`), takes its last corner back (`back`) or drops it (`drop`). @returns whether one was being drawn */
  polygon: ((what: 'close' | 'back' | 'drop') => boolean) | null = null;
  /** Set likewise: deletes the corner in hand of the selected polygon, or cuts the polygon in two from there. */
  editCorner: ((how: 'delete' | 'cut') => void) | null = null;
  /** A polygon is being drawn. */
  drawing = $state(false);

  get size(): number { return this.#kept.size; }
  get tolerance(): number { return this.#kept.tolerance; }
  get pieces(): number { return this.#kept.pieces; }
  get smoothing(): number { return this.#kept.smoothing; }
  get overlap(): Overlap { return this.#kept.overlap; }
  get fill(): number { return this.#kept.fill; }
  get outlineOnly(): boolean { return this.#kept.outlineOnly; }

  set(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    localStorage.setItem(KEY, JSON.stringify(this.#kept));
  }

  /** Makes the brush larger or smaller by a seventh, and by one pixel at least. */
  resize(by: number): void {
    const step = Math.max(1, Math.round(this.size / 7));
    this.set({ size: Math.min(largestBrush, Math.max(1, this.size + Math.sign(by) * step)) });
  }
}
