// Rectangles of whole pixels: what of a picture or a view has changed.

/** Corners; x2 and y2 are not included. */
export interface Rectangle { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }

/** The smallest rectangle around both; null = nothing. */
export function around(a: Rectangle | null, b: Rectangle | null): Rectangle | null {
  if (a === null || b === null) return a ?? b;
  return { x1: Math.min(a.x1, b.x1), y1: Math.min(a.y1, b.y1), x2: Math.max(a.x2, b.x2), y2: Math.max(a.y2, b.y2) };
}

/** What of a rectangle lies in another one; null when nothing does. */
export function common(a: Rectangle, b: Rectangle): Rectangle | null {
  const x1 = Math.max(a.x1, b.x1), y1 = Math.max(a.y1, b.y1), x2 = Math.min(a.x2, b.x2), y2 = Math.min(a.y2, b.y2);
  return x1 < x2 && y1 < y2 ? { x1, y1, x2, y2 } : null;
}

/** Whether two rectangles share a pixel. */
export function touch(a: Rectangle, b: Rectangle): boolean {
  return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
}
