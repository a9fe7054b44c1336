// Masks as pixels of the view: fill, outlines that keep their strength at every zoom, dashes for what is proposed, and the stroke under way.
import type { MaskLayers } from './mask-layers.ts';
import type { Rectangle } from './rectangle.ts';
import type { Viewport } from './viewport.ts';

export interface MaskLook {
  /** Opacity of the fill, 0..1. */
  readonly fill: number;
  readonly outlineOnly: boolean;
  /** Class colours as 0xRRGGBB, by their index. */
  readonly colors: readonly number[];
  /** Slot of the selected object; 0 = none. */
  readonly selected: number;
  /** The stroke under way: one byte per pixel of the picture. */
  readonly stroke: { readonly bits: Uint8Array; readonly color: number; readonly erases: boolean } | null;
}

/** Slot that stands for the stroke. */
const STROKE = -1;
/** Length of a dash in view pixels is 2 to this power. */
const DASH = 2;

/**
 * Draws a part of the view.
 * @param pixels RGBA, as 32-bit numbers, of the part; all are written
 * @param part in view pixels, fractions of CSS pixels counted in
 * @param viewport of view pixels, as many to a picture pixel as its zoom says
 */
export function paintMasks(pixels: Uint32Array, part: Rectangle, viewport: Viewport, layers: MaskLayers, look: MaskLook): void {
  const width = part.x2 - part.x1, height = part.y2 - part.y1, wide = width + 4;
  const slots = slotsOf(part, viewport, layers, look);
  const paints = new Map<number, { readonly fill: number; readonly line: number; readonly dashed: boolean }>();
  const paintOf = (slot: number) => {
    let paint = paints.get(slot);
    if (paint === undefined) {
      const object = slot === STROKE ? undefined : layers.at(slot), color = look.colors[slot === STROKE ? look.stroke?.color ?? 0 : object?.color ?? 0] ?? 0xffffff;
      const fill = object?.proposed || look.outlineOnly ? 0 : slot === look.selected ? Math.min(1, look.fill + 0.18) : look.fill;
      paints.set(slot, paint = { fill: packed(color, fill), line: packed(color, 1), dashed: object?.proposed ?? false });
    }
    return paint;
  };
  const dark = packed(0x000000, 0.6), light = packed(0xffffff, 1);
  // Neighbours mostly belong to one object: its paint is at hand.
  let known = 0, paint = paintOf(0);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = (y + 2) * wide + 2; x < width; x++, i++, at++) {
      const slot = slots[at]!;
      const left = slots[at - 1]!, right = slots[at + 1]!, up = slots[at - wide]!, down = slots[at + wide]!;
      if (slot === 0) {
        const beside = left || right || up || down;
        pixels[i] = beside === 0 ? 0 : beside === look.selected && beside !== 0 ? light : dark;
        continue;
      }
      if (slot !== known) {
        known = slot;
        paint = paintOf(slot);
      }
      const edge = left !== slot || right !== slot || up !== slot || down !== slot || slots[at - 2] !== slot || slots[at + 2] !== slot || slots[at - 2 * wide] !== slot || slots[at + 2 * wide] !== slot;
      if (!edge) pixels[i] = paint.fill;
      else if (paint.dashed && ((x + part.x1 + y + part.y1) >> DASH) % 2 !== 0) pixels[i] = dark;
      else pixels[i] = paint.line;
    }
  }
}

/** Kept between drawings: a new one for each would keep the garbage collector busy. */
let scratch = new Int32Array(0);

/** For each view pixel of the part, and two more around it, the slot on top of the picture pixel under its middle. */
function slotsOf(part: Rectangle, { zoom, x, y }: Viewport, layers: MaskLayers, { stroke }: MaskLook): Int32Array {
  const wide = part.x2 - part.x1 + 4, high = part.y2 - part.y1 + 4, columns = new Int32Array(wide);
  if (scratch.length < wide * high) scratch = new Int32Array(wide * high);
  const slots = scratch.fill(0, 0, wide * high);
  for (let column = 0; column < wide; column++) columns[column] = Math.floor((part.x1 - 2 + column + 0.5 - x) / zoom);
  const { top, width, height } = layers;
  // They rise, so those beside the picture are the first and the last.
  let first = 0, end = wide;
  while (first < wide && columns[first]! < 0) first++;
  while (end > first && columns[end - 1]! >= width) end--;
  for (let row = 0; row < high; row++) {
    const py = Math.floor((part.y1 - 2 + row + 0.5 - y) / zoom);
    if (py < 0 || py >= height) continue;
    const base = py * width, start = row * wide;
    if (stroke === null) for (let column = first; column < end; column++) slots[start + column] = top[base + columns[column]!]!;
    else {
      for (let column = first; column < end; column++) {
        const pixel = base + columns[column]!;
        slots[start + column] = stroke.bits[pixel] === 1 ? (stroke.erases ? 0 : STROKE) : top[pixel]!;
      }
    }
  }
  return slots;
}

/** 0xRRGGBB and an opacity as a little-endian RGBA number. */
function packed(color: number, opacity: number): number {
  return ((Math.round(opacity * 255) << 24) | ((color & 0xff) << 16) | (color & 0xff00) | (color >> 16)) >>> 0;
}
