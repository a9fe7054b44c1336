// Beside the screen: reads a picture's pixels and does with them what would stop the pointer: flood fills and superpixels.
import type { Mask } from '#contract/geometry.ts';
import { flood } from './flood.ts';
import type { Pixels } from './flood.ts';
import { superpixels } from './superpixels.ts';

export type PictureRequest =
  | { readonly id: number; readonly what: 'grey'; readonly url: string }
  | { readonly id: number; readonly what: 'flood'; readonly url: string; readonly x: number; readonly y: number; readonly tolerance: number; readonly blocked: Uint8Array | null }
  | { readonly id: number; readonly what: 'pieces'; readonly url: string; readonly side: number };
export interface PictureAnswers { readonly grey: Uint8Array; readonly flood: Mask; readonly pieces: Int32Array }
export type PictureAnswer = { readonly id: number; readonly result: PictureAnswers[keyof PictureAnswers] } | { readonly id: number; readonly error: string };

let known: { readonly url: string; readonly pixels: Promise<Pixels> } | null = null;

/** The last picture is kept: a person works on one at a time. */
function pixelsOf(url: string): Promise<Pixels> {
  if (known?.url !== url) known = { url, pixels: read(url) };
  return known.pixels;
}

async function read(url: string): Promise<Pixels> {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob()), canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('there is no canvas to read a picture with');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

async function answer(request: PictureRequest): Promise<PictureAnswers[keyof PictureAnswers]> {
  const pixels = await pixelsOf(request.url);
  switch (request.what) {
    case 'grey': return greyOf(pixels);
    case 'flood': return flood(pixels, request.x, request.y, request.tolerance, request.blocked ?? undefined);
    case 'pieces': return superpixels(pixels, request.side);
  }
}

/** Rec. 709 luma, as the histogram has it. */
function greyOf({ width, height, data }: Pixels): Uint8Array {
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = 0.2126 * data[4 * i]! + 0.7152 * data[4 * i + 1]! + 0.0722 * data[4 * i + 2]! + 0.5;
  return grey;
}

addEventListener('message', ({ data }: MessageEvent<PictureRequest>) => {
  answer(data).then(
    (result) => { postMessage({ id: data.id, result } satisfies PictureAnswer, { transfer: ArrayBuffer.isView(result) ? [result.buffer] : [] }); },
    (error: unknown) => { postMessage({ id: data.id, error: String(error) } satisfies PictureAnswer); },
  );
});
