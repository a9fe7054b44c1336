// Boxes as plain numbers, in picture pixels: hit, move, resize, and staying inside the picture.
import type { Box } from '#contract/geometry.ts';
import type { Point, Size } from '../canvas/viewport.ts';

/** Which corner or side is held: rows n (top), s (bottom); columns w (left), e (right). */
export const handles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof handles)[number];

/** A box with its name, as a tool sees it. */
export interface NamedBox { readonly id: string; readonly box: Box }

const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
/** Corners lie on whole pixels: people point no finer, and files say no more. */
const whole = (value: number, most: number) => clamp(Math.round(value), most);

/** The box between two points, on whole pixels inside the picture; null when it has no width or no height. */
export function boxBetween(a: Point, b: Point, { width, height }: Size): Box | null {
  const x1 = whole(Math.min(a.x, b.x), width), x2 = whole(Math.max(a.x, b.x), width), y1 = whole(Math.min(a.y, b.y), height), y2 = whole(Math.max(a.y, b.y), height);
  return x2 > x1 && y2 > y1 ? { shape: 'box', x1, y1, x2, y2 } : null;
}

/** Shifts a box as far as the picture allows; its size stays. */
export function movedBox({ x1, y1, x2, y2 }: Box, by: Point, picture: Size): Box {
  const x = Math.min(picture.width - x2, Math.max(-x1, Math.round(by.x))), y = Math.min(picture.height - y2, Math.max(-y1, Math.round(by.y)));
  return { shape: 'box', x1: x1 + x, y1: y1 + y, x2: x2 + x, y2: y2 + y };
}

/** Puts the held corner or side at a point; past the other side it turns over. The box as it was when nothing would be left. */
export function resizedBox(box: Box, handle: Handle, to: Point, picture: Size): Box {
  const x = { moved: handle.includes('w') ? 'x1' : handle.includes('e') ? 'x2' : null } as const, y = { moved: handle.includes('n') ? 'y1' : handle.includes('s') ? 'y2' : null } as const;
  const ends = { ...box, ...(x.moved ? { [x.moved]: to.x } : {}), ...(y.moved ? { [y.moved]: to.y } : {}) };
  return boxBetween({ x: ends.x1, y: ends.y1 }, { x: ends.x2, y: ends.y2 }, picture) ?? box;
}

/** Where a handle lies. */
export function handlePoint({ x1, y1, x2, y2 }: Box, handle: Handle): Point {
  return {
    x: handle.includes('w') ? x1 : handle.includes('e') ? x2 : (x1 + x2) / 2,
    y: handle.includes('n') ? y1 : handle.includes('s') ? y2 : (y1 + y2) / 2,
  };
}

/** @param reach in picture pixels */
export function handleAt(box: Box, at: Point, reach: number): Handle | null {
  return handles.find((handle) => {
    const { x, y } = handlePoint(box, handle);
    return Math.abs(at.x - x) <= reach && Math.abs(at.y - y) <= reach;
  }) ?? null;
}

/** The smallest box under a point, so that one inside another can be reached. */
export function boxAt(boxes: readonly NamedBox[], at: Point, reach: number): NamedBox | null {
  const area = ({ box }: NamedBox) => (box.x2 - box.x1) * (box.y2 - box.y1);
  const under = boxes.filter(({ box }) => at.x >= box.x1 - reach && at.x <= box.x2 + reach && at.y >= box.y1 - reach && at.y <= box.y2 + reach);
  return under.reduce<NamedBox | null>((least, one) => (least === null || area(one) < area(least) ? one : least), null);
}
