// A pull of brush or eraser as a flat machine: pressed, pulled, let go. What it covers is shown at once; letting go is one edit.
import type { MaskLayers } from '../canvas/mask-layers.ts';
import type { Rectangle } from '../canvas/rectangle.ts';
import type { Point } from '../canvas/viewport.ts';
import { isEmpty } from '#contract/masks/runs.ts';
import { erased, painted } from './mask-edit.ts';
import type { Edit, EditedObject, PaintOptions } from './mask-edit.ts';
import { smoothed } from './smooth.ts';
import type { Stroke } from './stroke.ts';

export interface PenOptions extends Omit<PaintOptions, 'into'> {
  /** Diameter in picture pixels. */
  readonly size: number;
  readonly erases: boolean;
  /** Reach of the smoothing at the end; 0 = none. */
  readonly smoothing: number;
  /** The object that grows or shrinks; none = the one of the class in hand under the press, or a new one. */
  readonly selected: string | null;
  /** A new object, wherever it begins. */
  readonly fresh: boolean;
  /** Only pixels whose grey value differs by no more than `tolerance` from that under the press. */
  readonly alike: { readonly grey: Uint8Array; readonly tolerance: number } | null;
}

export class MaskPen {
  readonly #layers: MaskLayers;
  readonly #stroke: Stroke;
  readonly #options: PenOptions;
  readonly #into: string | null;
  readonly #allowed: ((pixel: number) => boolean) | undefined;
  #at: Point;
  /** What the press touched. */
  readonly pressed: Rectangle | null;

  constructor(layers: MaskLayers, stroke: Stroke, at: Point, options: PenOptions) {
    this.#layers = layers;
    this.#stroke = stroke;
    this.#options = options;
    this.#at = at;
    const under = layers.under(at.x, at.y);
    this.#into = options.selected ?? (!options.fresh && under?.classId === options.classId && !under.proposed ? under.id : null);
    this.#allowed = this.#rule(at);
    this.pressed = this.#stamp(at);
  }

  /** @returns what has been touched */
  pull(to: Point): Rectangle | null {
    const touched = this.#stamp(to);
    this.#at = to;
    return touched;
  }

  /** Ends the stroke. */
  release(): Edit {
    const { erases, smoothing, classId, kind, overlap } = this.#options, { rectangle } = this.#stroke;
    if (rectangle === null) return { change: [], remove: [], add: null };
    const covered = smoothing > 0 ? smoothed(this.#stroke.mask(), smoothing) : this.#stroke.mask();
    const objects = concerned(this.#layers, rectangle, { classId, kind, into: this.#into });
    return erases ? erased(objects, covered, this.#options.selected) : painted(objects, covered, { classId, kind, overlap, into: this.#into });
  }

  #stamp(to: Point): Rectangle | null {
    return this.#stroke.stamp(this.#at, to, this.#options.size / 2, this.#allowed);
  }

  /** Which pixels the brush may cover: those that look alike, and those that belong to nothing else where it stops at others. */
  #rule(at: Point): ((pixel: number) => boolean) | undefined {
    const { alike, overlap, erases, kind, classId } = this.#options, { top, width, height } = this.#layers;
    const x = Math.min(width - 1, Math.max(0, Math.floor(at.x))), y = Math.min(height - 1, Math.max(0, Math.floor(at.y)));
    const seed = alike?.grey[y * width + x] ?? 0, like = alike && ((pixel: number) => Math.abs(alike.grey[pixel]! - seed) <= alike.tolerance);
    if (erases || overlap !== 'stop') return like ?? undefined;
    const into = this.#layers.slotOf(this.#into), layers = this.#layers;
    const free = (pixel: number) => {
      const slot = top[pixel]!;
      return slot === 0 || slot === into || layers.at(slot)?.proposed === true || (kind === 'areas' && layers.at(slot)?.classId === classId);
    };
    return like ? (pixel) => free(pixel) && like(pixel) : free;
  }
}

/** The masks that an edit of a rectangle has to know: those in it, and the one that may grow. Proposals are not there yet. */
export function concerned(layers: MaskLayers, rectangle: Rectangle, { classId, kind, into }: Pick<PaintOptions, 'classId' | 'kind' | 'into'>): readonly EditedObject[] {
  return layers.near(rectangle, (one) => one.id === into || (one.classId === classId && (kind === 'areas' || isEmpty(one.mask)))).filter(({ proposed }) => !proposed);
}
