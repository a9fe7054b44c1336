// The masks of a picture as one number per pixel, the object that lies on top: what drawing and pointing read, kept up to date rectangle by rectangle.
import type { Mask } from '#contract/geometry.ts';
import { bounds, eachRowStretch } from '#contract/masks/runs.ts';
import { differing } from '#contract/masks/sets.ts';
import { around, touch } from './rectangle.ts';
import type { Rectangle } from './rectangle.ts';
import type { Size } from './viewport.ts';

/** A mask with what it stands for. */
export interface LayerObject {
  readonly id: string;
  readonly classId: string;
  /** Index into the ten class colours. */
  readonly color: number;
  readonly mask: Mask;
  /** A model proposes it and nobody has accepted it yet. */
  readonly proposed: boolean;
}

interface Placed { readonly object: LayerObject; readonly slot: number; readonly bounds: Rectangle | null }

/** Slots of 16 bits hold so many objects; more get 32 bits. */
const FEW = 65_000;

export class MaskLayers {
  readonly width: number;
  readonly height: number;
  /** Slot of the object on top of each pixel, row by row; 0 = none. */
  top: Uint16Array | Uint32Array;
  #placed = new Map<string, Placed>();
  #bySlot: (LayerObject | undefined)[] = [undefined];
  readonly #free: number[] = [];

  constructor({ width, height }: Size) {
    this.width = width;
    this.height = height;
    this.top = new Uint16Array(width * height);
  }

  /** The object of a slot. */
  at(slot: number): LayerObject | undefined {
    return this.#bySlot[slot];
  }

  slotOf(id: string | null): number {
    return id === null ? 0 : this.#placed.get(id)?.slot ?? 0;
  }

  /** The object on top of a pixel. */
  under(x: number, y: number): LayerObject | undefined {
    return x < 0 || y < 0 || x >= this.width || y >= this.height ? undefined : this.#bySlot[this.top[Math.floor(y) * this.width + Math.floor(x)]!];
  }

  /** Objects whose bounds meet a rectangle, and those that are wanted wherever they are, lowest first. */
  near(rectangle: Rectangle, wanted: (object: LayerObject) => boolean = () => false): LayerObject[] {
    const found: LayerObject[] = [];
    for (const { object, bounds: where } of this.#placed.values()) if ((where !== null && touch(where, rectangle)) || wanted(object)) found.push(object);
    return found;
  }

  get objects(): LayerObject[] {
    return [...this.#placed.values()].map(({ object }) => object);
  }

  /**
   * Takes over the masks as they are now; those that are the same as before cost a look.
   * @param objects lowest first
   * @returns what of the picture has changed, or null
   */
  sync(objects: readonly LayerObject[]): Rectangle | null {
    let changed: Rectangle | null = null;
    const before = this.#placed, now = new Map<string, Placed>();
    for (const object of objects) {
      const known = before.get(object.id), old = known?.object;
      if (known && old && (old === object || alike(old, object))) {
        now.set(object.id, known);
        continue;
      }
      const slot = known?.slot ?? this.#free.pop() ?? this.#bySlot.length;
      this.#bySlot[slot] = object;
      const placed = { object, slot, bounds: old?.mask === object.mask ? known?.bounds ?? null : bounds(object.mask) };
      now.set(object.id, placed);
      // A stroke on a large mask changes little of it: only that is painted again.
      changed = around(changed, old && old.mask !== object.mask && alike(old, { ...object, mask: old.mask }) ? differing(old.mask, object.mask) : around(known?.bounds ?? null, placed.bounds));
    }
    for (const [id, { slot, bounds: gone }] of before) {
      if (now.has(id)) continue;
      this.#bySlot[slot] = undefined;
      this.#free.push(slot);
      changed = around(changed, gone);
    }
    this.#placed = now;
    if (this.#bySlot.length > FEW && this.top instanceof Uint16Array) {
      this.top = new Uint32Array(this.width * this.height);
      changed = { x1: 0, y1: 0, x2: this.width, y2: this.height };
    }
    if (changed) this.#repaint(changed);
    return changed;
  }

  #repaint(rectangle: Rectangle): void {
    const { top, width } = this, { x1, y1, x2, y2 } = rectangle;
    for (let y = y1; y < y2; y++) top.fill(0, y * width + x1, y * width + x2);
    for (const { object, slot, bounds: where } of this.#placed.values()) {
      if (!where || !touch(where, rectangle)) continue;
      eachRowStretch(object.mask, (y, from, to) => {
        if (y >= y1 && y < y2 && from < x2 && to > x1) top.fill(slot, y * width + Math.max(from, x1), y * width + Math.min(to, x2));
      });
    }
  }
}

/** Looks the same where it lies. */
function alike(a: LayerObject, b: LayerObject): boolean {
  return a.mask === b.mask && a.color === b.color && a.proposed === b.proposed && a.classId === b.classId;
}
