// Finds pictures that look nearly the same among many thousands, without comparing each with each.
import { blank, hammingDistance, nearDistance } from './fingerprint.ts';

export interface Match<Item> { readonly item: Item; readonly distance: number }

/**
 * Items by fingerprint. A fingerprint is cut into one more block than bits may differ, so near ones share a block (the pigeonhole principle):
 * only items that share one are compared.
 */
export class NearIndex<Item> {
  /** First item of each fingerprint, and the fingerprints by block. */
  readonly #first = new Map<string, Item>();
  readonly #blocks = new Map<string, string[]>();
  /** Union-find over fingerprints: which ones hang together through near ones. */
  readonly #parents = new Map<string, string>();

  /**
   * Adds an item.
   * @returns earlier items near to it, nearest first, one for each cluster that it belongs to: enough to keep all together that hang together
   */
  add(fingerprint: string, item: Item): readonly Match<Item>[] {
    if (fingerprint === blank) return [];
    const same = this.#first.get(fingerprint);
    if (same !== undefined) return [{ item: same, distance: 0 }];
    const near = this.#candidates(fingerprint).map((other) => ({ other, distance: hammingDistance(fingerprint, other) }))
      .filter(({ distance }) => distance <= nearDistance).sort((a, b) => a.distance - b.distance);
    this.#first.set(fingerprint, item);
    for (const block of blocksOf(fingerprint)) {
      const list = this.#blocks.get(block);
      if (list) list.push(fingerprint);
      else this.#blocks.set(block, [fingerprint]);
    }
    return near.flatMap(({ other, distance }) => (this.#join(fingerprint, other) ? [{ item: this.#first.get(other)!, distance }] : []));
  }

  #candidates(fingerprint: string): string[] {
    return [...new Set(blocksOf(fingerprint).flatMap((block) => this.#blocks.get(block) ?? []))];
  }

  /** False when both were in one cluster already. */
  #join(a: string, b: string): boolean {
    const from = this.#root(a), to = this.#root(b);
    if (from === to) return false;
    this.#parents.set(from, to);
    return true;
  }

  #root(fingerprint: string): string {
    let at = fingerprint;
    for (let up = this.#parents.get(at); up !== undefined; up = this.#parents.get(at)) {
      const above = this.#parents.get(up);
      if (above !== undefined) this.#parents.set(at, above);
      at = up;
    }
    return at;
  }
}

/** Five blocks: four of 12 bits and one of 16, each with its place. */
function blocksOf(fingerprint: string): string[] {
  return Array.from({ length: nearDistance + 1 }, (_, i) => i + fingerprint.slice(3 * i, i === nearDistance ? 16 : 3 * i + 3));
}
