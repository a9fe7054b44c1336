// Counter-based random numbers: the same (seed, stream, index) gives the same numbers on every machine and in any order.

/** Last block drawn: four 32-bit words. Kept in one place because a new array for each draw costs more than the draw. */
const block = new Uint32Array(4);

/** High word of the product of two unsigned 32-bit numbers. */
function high(a: number, b: number): number {
  const a1 = a >>> 16, a0 = a & 0xffff, b1 = b >>> 16, b0 = b & 0xffff;
  const middle = a1 * b0 + ((a0 * b0) >>> 16); // below 2^48, so exact
  return (a1 * b1 + Math.floor(middle / 65536) + Math.floor((a0 * b1 + (middle & 0xffff)) / 65536)) | 0;
}

function draw(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  for (let round = 0; round < 10; round++) {
    const high0 = high(0xd2511f53, c0), low0 = Math.imul(0xd2511f53, c0);
    const high1 = high(0xcd9e8d57, c2), low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}

/**
 * Philox-4x32 with ten rounds: four 32-bit words for a 128-bit counter under a 64-bit key.
 * Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function philox(counter: readonly [number, number, number, number], key: readonly [number, number]): [number, number, number, number] {
  draw(...counter, ...key);
  return [block[0]!, block[1]!, block[2]!, block[3]!];
}

/** FNV-1a, 32 bit, over the UTF-8 bytes of a text: turns a stream's name into a number. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** A named sequence of random numbers; every draw is addressed by its index, so nothing has to be stored to resume. */
export interface Stream {
  /** Uniform in [0, 1), 53 bits. */
  uniform(index: number): number;
  /** Standard normal (Box and Muller 1958). */
  normal(index: number): number;
  /** Uniform integer in [0, below). */
  integer(index: number, below: number): number;
  /** A permutation of 0 .. length-1 (Fisher and Yates), for epoch or purpose `index`. */
  permutation(index: number, length: number): Uint32Array;
}

/**
 * @param seed any safe integer
 * @param name what the numbers are for, e.g. `shuffle` or `augment/<sha256>`: different names never share numbers
 */
export function stream(seed: number, name: string): Stream {
  const low = seed | 0, upper = Math.floor(seed / 2 ** 32) | 0, label = fnv1a32(name) | 0;
  const at = (index: number, sub = 0) => draw(index | 0, index > 0xffffffff ? Math.floor(index / 2 ** 32) | 0 : 0, label, sub, low, upper);
  const unit = (word: number) => ((block[word]! >>> 5) * 67108864 + (block[word + 1]! >>> 6)) / 9007199254740992;
  return {
    uniform(index) {
      at(index);
      return unit(0);
    },
    normal(index) {
      at(index);
      return Math.sqrt(-2 * Math.log(1 - unit(0))) * Math.cos(2 * Math.PI * unit(2));
    },
    integer(index, below) {
      at(index);
      return Math.floor(unit(0) * below);
    },
    permutation(index, length) {
      const order = Uint32Array.from({ length }, (_, i) => i);
      for (let i = length - 1; i > 0; i--) {
        at(index, i);
        const j = Math.floor(unit(0) * (i + 1));
        const kept = order[i]!;
        order[i] = order[j]!;
        order[j] = kept;
      }
      return order;
    },
  };
}
