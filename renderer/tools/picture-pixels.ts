// The pixels of the picture that is drawn on, asked of a worker so that the pointer never waits.
import type { Mask } from '#contract/geometry.ts';
import type { PictureAnswer, PictureAnswers, PictureRequest } from './picture-worker.ts';
import workerUrl from './picture-worker.ts?worker&url';

/** Where the content security policy asks for it, a script's address has to be vouched for: this one is ours and never changes. */
const policy = 'trustedTypes' in globalThis ? (globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } } }).trustedTypes.createPolicy('fovea-worker', { createScriptURL: (url) => url }) : null; // not in TypeScript's library yet

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, { resolve(result: PictureAnswers[keyof PictureAnswers]): void; reject(error: Error): void }>();

function ask<R extends PictureAnswers[keyof PictureAnswers]>(request: PictureRequest): Promise<R> {
  if (worker === null) {
    worker = new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<PictureAnswer>) => {
      const asked = waiting.get(data.id);
      waiting.delete(data.id);
      if ('error' in data) asked?.reject(new Error(data.error));
      else asked?.resolve(data.result);
    });
    worker.addEventListener('error', (event) => {
      for (const { reject } of waiting.values()) reject(new Error(event.message || 'the worker that reads pictures stopped'));
      waiting.clear();
      worker = null;
    });
  }
  return new Promise((resolve, reject) => {
    // The answer to a request has the type that belongs to it.
    waiting.set(request.id, { resolve: resolve as (result: PictureAnswers[keyof PictureAnswers]) => void, reject });
    worker?.postMessage(request);
  });
}

/** One grey value per pixel. */
export const greyOf = (url: string): Promise<Uint8Array> => ask({ id: ++last, what: 'grey', url });

/** @param blocked one byte per pixel: 1 = never taken */
export const floodAt = (url: string, x: number, y: number, tolerance: number, blocked: Uint8Array | null): Promise<Mask> => ask({ id: ++last, what: 'flood', url, x, y, tolerance, blocked });

/** The number of its piece for each pixel. */
export const piecesOf = (url: string, side: number): Promise<Int32Array> => ask({ id: ++last, what: 'pieces', url, side });
