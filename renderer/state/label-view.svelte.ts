// How the large picture is looked at: zoom, shift, window and level. Display only; nothing of it is stored with the picture.
import { fit, shift, toPicture, zoomAt } from '../canvas/viewport.ts';
import type { Point, Size, Viewport } from '../canvas/viewport.ts';
import { MaskTools } from './mask-tools.svelte.ts';

/** Grey values 0..255: what is mapped to black .. white, and the bend between. */
export interface Window { readonly width: number; readonly level: number; readonly gamma: number }
/** What a press on the picture does: take a shape, draw one, or move the picture. */
export type Tool = 'select' | 'box' | 'pan' | MaskTool;
/** Tools that draw masks and polygons. */
export const maskTools = ['brush', 'eraser', 'polygon', 'lasso', 'fill', 'threshold', 'superpixel', 'component'] as const;
export type MaskTool = (typeof maskTools)[number];
export const fullWindow: Window = { width: 255, level: 128, gamma: 1 };

export class LabelView {
  viewport = $state.raw<Viewport>({ zoom: 1, x: 0, y: 0 });
  /** True as long as the picture is fitted: a new size of the window or a new picture fits it again. */
  fitted = $state(true);
  window = $state.raw<Window>(fullWindow);
  windowOpen = $state(false);
  tool = $state.raw<Tool>('select');
  /** The annotation that is selected on the picture. */
  box = $state<string | null>(null);
  /** The corner in hand of the selected polygon. */
  corner = $state<number | null>(null);
  /** The class that the next shape gets; none = the first. */
  boxClass = $state<string | null>(null);
  readonly masks = new MaskTools();
  #picture: Size = { width: 1, height: 1 };
  #view: Size = { width: 1, height: 1 };

  readonly windowChanged = $derived(this.window.width !== fullWindow.width || this.window.level !== fullWindow.level || this.window.gamma !== fullWindow.gamma);

  /** A picture or the room for it changed. */
  place(picture: Size, view: Size): void {
    const other = picture.width !== this.#picture.width || picture.height !== this.#picture.height;
    // A change of what is said about the picture moves nothing.
    if (!other && view.width === this.#view.width && view.height === this.#view.height) return;
    this.#picture = picture;
    this.#view = view;
    if (this.fitted || other) this.fit();
  }

  fit(): void {
    this.viewport = fit(this.#picture, this.#view);
    this.fitted = true;
  }

  /** @param at in view pixels; none = the middle */
  zoom(factor: number, at?: Point): void {
    const middle = { x: this.#view.width / 2, y: this.#view.height / 2 };
    const smallest = Math.min(1, fit(this.#picture, this.#view).zoom / 2);
    this.viewport = zoomAt(this.viewport, at ?? middle, factor, smallest);
    this.fitted = false;
  }

  /** One picture pixel is one screen pixel. */
  actualSize(): void {
    this.zoom(1 / this.viewport.zoom);
  }

  /** The middle of what is seen, in picture pixels. */
  middle(): Point {
    return toPicture(this.viewport, { x: this.#view.width / 2, y: this.#view.height / 2 });
  }

  pan(by: Point): void {
    this.viewport = shift(this.viewport, by, this.#picture, this.#view);
    this.fitted = false;
  }

  setWindow(change: Partial<Window>): void {
    this.window = { ...this.window, ...change };
  }

  resetWindow(): void {
    this.window = fullWindow;
  }
}
