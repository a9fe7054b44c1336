// Where a picture lies in its view: zoom and shift as plain numbers. Picture pixels times zoom plus shift are view pixels.

export interface Viewport { readonly zoom: number; readonly x: number; readonly y: number }
export interface Size { readonly width: number; readonly height: number }
export interface Point { readonly x: number; readonly y: number }

const LARGEST = 32;

/** The whole picture, centred, with a margin in view pixels. */
export function fit(picture: Size, view: Size, margin = 12): Viewport {
  const zoom = Math.max(0.01, Math.min((view.width - 2 * margin) / picture.width, (view.height - 2 * margin) / picture.height));
  return centred(picture, view, zoom);
}

export function centred(picture: Size, view: Size, zoom: number): Viewport {
  return { zoom, x: (view.width - picture.width * zoom) / 2, y: (view.height - picture.height * zoom) / 2 };
}

/** Zooms by a factor and keeps the picture's point under `at` (view pixels) where it is. */
export function zoomAt(viewport: Viewport, at: Point, factor: number, smallest: number): Viewport {
  const zoom = Math.min(LARGEST, Math.max(smallest, viewport.zoom * factor));
  const scale = zoom / viewport.zoom;
  return { zoom, x: at.x - (at.x - viewport.x) * scale, y: at.y - (at.y - viewport.y) * scale };
}

/** Shifts, but leaves at least a quarter of the view over the picture. */
export function shift(viewport: Viewport, by: Point, picture: Size, view: Size): Viewport {
  const within = (value: number, extent: number, room: number) => Math.min(room * 0.75, Math.max(room * 0.25 - extent, value));
  return { zoom: viewport.zoom, x: within(viewport.x + by.x, picture.width * viewport.zoom, view.width), y: within(viewport.y + by.y, picture.height * viewport.zoom, view.height) };
}

/** View pixels -> picture pixels. */
export function toPicture({ zoom, x, y }: Viewport, at: Point): Point {
  return { x: (at.x - x) / zoom, y: (at.y - y) / zoom };
}

/** Picture pixels -> view pixels. */
export function toView({ zoom, x, y }: Viewport, at: Point): Point {
  return { x: at.x * zoom + x, y: at.y * zoom + y };
}
