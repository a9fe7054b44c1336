// What models for masks drew on the pictures that they were measured on, asked for as pictures come into view.
import type { Link } from '#contract/api.ts';
import type { MaskComparison } from '#contract/segmentation.ts';
import { SvelteMap } from 'svelte/reactivity';

/** Pictures that one call is asked about: masks of large pictures are long. */
const MOST = 12;
/** Pictures whose masks are kept. */
const KEPT = 400;

export class MaskResults {
  readonly #found = new SvelteMap<string, MaskComparison>();
  readonly #asked = new Set<string>();
  readonly #link: Link;
  readonly #projectId: string;

  constructor(link: Link, projectId: string) {
    this.#link = link;
    this.#projectId = projectId;
  }

  of(modelId: string, imageId: string): MaskComparison | null {
    return this.#found.get(`${modelId} ${imageId}`) ?? null;
  }

  /** Makes the masks of these pictures come. */
  async ensure(modelId: string, imageIds: readonly string[]): Promise<void> {
    const missing = imageIds.filter((id) => !this.#asked.has(`${modelId} ${id}`));
    for (const id of missing) this.#asked.add(`${modelId} ${id}`);
    for (let start = 0; start < missing.length; start += MOST) {
      for (const one of await this.#link.call('model.maskComparisons', { projectId: this.#projectId, modelId, imageIds: missing.slice(start, start + MOST) })) this.#found.set(`${modelId} ${one.imageId}`, one);
      for (const key of [...this.#found.keys()].slice(0, Math.max(0, this.#found.size - KEPT))) this.#forget(key);
    }
  }

  /** After a measurement, or when masks of the reference changed: what is shown is asked for again. */
  renew(): void {
    for (const key of [...this.#found.keys()]) this.#forget(key);
    this.#asked.clear();
  }

  #forget(key: string): void {
    this.#found.delete(key);
    this.#asked.delete(key);
  }
}

/** Of each class one byte per pixel. @param url of the picture `said-MODEL`, the classes one below the other */
export async function probabilitiesAt(url: string, width: number, height: number): Promise<readonly Uint8Array[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  // Numbers, not colours: nothing may be converted.
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  try {
    return Array.from({ length: bitmap.height / height }, (_, c) => {
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      if (context === null) throw new Error('there is no canvas');
      context.drawImage(bitmap, 0, -c * height);
      const { data } = context.getImageData(0, 0, width, height);
      return Uint8Array.from({ length: width * height }, (_value, i) => data[4 * i]!);
    });
  } finally {
    bitmap.close();
  }
}
