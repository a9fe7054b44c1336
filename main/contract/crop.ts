// The part of a picture that is taken for a picture of its own: how it is cut around a box, and how it is named.
import { z } from 'zod';
import type { Box } from './geometry.ts';

/** Whole pixels of the upright picture. */
export const Crop = z.object({ left: z.number().int().nonnegative(), top: z.number().int().nonnegative(), width: z.number().int().positive(), height: z.number().int().positive() });
export type Crop = z.infer<typeof Crop>;

/** Boxes, and those around polygons and masks, instead of whole pictures. */
export const CropOptions = z.object({
  /** Room on each side, as a share of the box's longer side. From .08 on the whole box is seen by networks that cut out the middle 7/8. */
  margin: z.number().min(0).max(1).default(0.1),
});
export type CropOptions = z.infer<typeof CropOptions>;

/** A square around a box with its margin, so that a network that looks at the middle square sees all of the box; at an edge it is pushed inwards, and never larger than the picture. */
export function cropAround({ x1, y1, x2, y2 }: Box, picture: { readonly width: number; readonly height: number }, margin: number): Crop {
  const side = Math.max(1, Math.ceil(Math.max(x2 - x1, y2 - y1) * (1 + 2 * margin)));
  const [left, width] = along((x1 + x2) / 2, side, picture.width), [top, height] = along((y1 + y2) / 2, side, picture.height);
  return { left, top, width, height };
}

function along(middle: number, side: number, length: number): [start: number, size: number] {
  const size = Math.min(side, length);
  return [Math.min(Math.max(0, Math.round(middle - size / 2)), length - size), size];
}

/** Names a picture, or a part of one. */
export function partId(imageId: string, crop: Crop | null): string {
  return crop === null ? imageId : `${imageId}:${crop.left},${crop.top},${crop.width},${crop.height}`;
}

/** What `partId` named. */
export function readPartId(id: string): { readonly imageId: string; readonly crop: Crop | null } {
  const [, imageId = '', left, top, width, height] = /^(.*):(\d+),(\d+),(\d+),(\d+)$/.exec(id) ?? [];
  return imageId === '' ? { imageId: id, crop: null } : { imageId, crop: { left: Number(left), top: Number(top), width: Number(width), height: Number(height) } };
}
