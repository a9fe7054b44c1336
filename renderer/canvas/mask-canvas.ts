// The canvas over the picture that shows its masks: as large as the view, drawn again only where something changed.
import { MaskLayers } from './mask-layers.ts';
import { paintMasks } from './mask-painting.ts';
import type { MaskLook } from './mask-painting.ts';
import { common } from './rectangle.ts';
import type { Rectangle } from './rectangle.ts';
import type { Viewport } from './viewport.ts';

export class MaskCanvas {
  layers: MaskLayers;
  look: MaskLook;
  viewport: Viewport = { zoom: 1, x: 0, y: 0 };
  hidden = false;
  readonly #context: CanvasRenderingContext2D;
  /** Canvas pixels to a CSS pixel. */
  #ratio = 1;

  constructor(context: CanvasRenderingContext2D, layers: MaskLayers, look: MaskLook) {
    this.#context = context;
    this.layers = layers;
    this.look = look;
  }

  /** @param width, height in CSS pixels */
  resize(width: number, height: number, ratio: number): void {
    const { canvas } = this.#context, [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    this.#ratio = ratio;
    if (canvas.width !== w) canvas.width = w;
    if (canvas.height !== h) canvas.height = h;
  }

  /** @param part of the picture; none = all that is seen */
  draw(part?: Rectangle): void {
    const { canvas } = this.#context, ratio = this.#ratio, whole = { x1: 0, y1: 0, x2: canvas.width, y2: canvas.height };
    if (this.hidden) {
      this.#context.clearRect(0, 0, canvas.width, canvas.height);
      return;
    }
    const viewport = { zoom: this.viewport.zoom * ratio, x: this.viewport.x * ratio, y: this.viewport.y * ratio }, { zoom, x, y } = viewport;
    // Outlines reach three pixels beyond what changed.
    const wanted = part && { x1: Math.floor(part.x1 * zoom + x) - 3, y1: Math.floor(part.y1 * zoom + y) - 3, x2: Math.ceil(part.x2 * zoom + x) + 3, y2: Math.ceil(part.y2 * zoom + y) + 3 };
    const seen = wanted ? common(wanted, whole) : whole;
    if (seen === null) return;
    const image = this.#context.createImageData(seen.x2 - seen.x1, seen.y2 - seen.y1);
    paintMasks(new Uint32Array(image.data.buffer), seen, viewport, this.layers, this.look);
    this.#context.putImageData(image, seen.x1, seen.y1);
  }
}
