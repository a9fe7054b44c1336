// From the annotations of a picture to one class number per pixel, as networks and measures take it.
import { assertNever } from '#contract/errors.ts';
import type { Geometry, Mask } from '#contract/geometry.ts';
import { fromPolygon } from '#contract/masks/polygons.ts';
import { eachStretch, type Extent } from '#contract/masks/runs.ts';

/** Number of pixels of which nobody says what they are: they count in no loss and in no measure. */
export const ignored = 255;
/** The class of this name marks such pixels; it is no class to learn. */
export const ignoreClass = 'ignore';
/** More classes do not fit beside `ignored` into a byte. */
export const mostClasses = ignored - 1;

/** The classes that a network tells apart, in their order: all but `ignore`. */
export function maskClasses<C extends { readonly name: string }>(classes: readonly C[]): readonly C[] {
  return classes.filter(({ name }) => name !== ignoreClass);
}

/** The pixels of a shape; null for a box, which says where an object is and not which pixels are its own. */
export function maskOf(geometry: Geometry | null, extent: Extent): Mask | null {
  if (geometry === null) return null;
  switch (geometry.shape) {
    case 'mask': return geometry;
    case 'polygon': return fromPolygon(geometry, extent);
    case 'box': return null;
    default: return assertNever(geometry);
  }
}

/**
 * One byte per pixel, row by row: 0 background, i + 1 the i-th of `maskClasses(classes)`, `ignored`.
 * Where masks of several classes overlap, the later class in the list wins, and `ignore` over all.
 */
export function labelMap(
  annotations: readonly { readonly classId: string; readonly geometry: Geometry | null }[],
  classes: readonly { readonly id: string; readonly name: string }[], width: number, height: number,
): Uint8Array<ArrayBuffer> {
  const map = new Uint8Array(width * height), learnt = maskClasses(classes);
  if (learnt.length > mostClasses) throw new Error(`${learnt.length} classes do not fit into one byte per pixel`);
  const ranks = [...learnt.map(({ id }, index) => ({ id, value: index + 1 })), ...classes.filter(({ name }) => name === ignoreClass).map(({ id }) => ({ id, value: ignored }))];
  for (const { id, value } of ranks) {
    for (const { classId, geometry } of annotations) {
      const mask = classId === id ? maskOf(geometry, { width, height }) : null;
      if (mask === null) continue;
      if (mask.width !== width || mask.height !== height) throw new Error(`a mask of ${mask.width} x ${mask.height} lies on a picture of ${width} x ${height}`);
      eachStretch(mask, (from, to) => { map.fill(value, from, to); });
    }
  }
  return map;
}
