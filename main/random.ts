// Counter-based random numbers: the same (seed, stream, index) gives the same numbers on every machine and in any order.

/**
 * Philox-4x32 with ten rounds: four 32-bit words for a 128-bit counter under a 64-bit key.
 * Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function philox(counter: readonly [number, number, number, number], key: readonly [number, number]): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = multiply(0xd2511f53, c0);
    const [high1, low1] = multiply(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** High and low word of the product of two unsigned 32-bit numbers. */
function multiply(a: number, b: number): [number, number] {
  const a1 = a >>> 16, a0 = a & 0xffff, b1 = b >>> 16, b0 = b & 0xffff;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const cross = a0 * b1 + (middle & 0xffff);
  const high = a1 * b1 + Math.floor(middle / 65536) + Math.floor(cross / 65536);
  return [high >>> 0, Math.imul(a, b) >>> 0];
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
  const key: [number, number] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  const label = fnv1a32(name);
  const draw = (index: number, sub = 0) => philox([index >>> 0, Math.floor(index / 2 ** 32) >>> 0, label, sub >>> 0], key);
  const unit = (high: number, low: number) => ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992;
  return {
    uniform(index) {
      const [a, b] = draw(index);
      return unit(a, b);
    },
    normal(index) {
      const [a, b, c, d] = draw(index);
      return Math.sqrt(-2 * Math.log(1 - unit(a, b))) * Math.cos(2 * Math.PI * unit(c, d));
    },
    integer(index, below) {
      const [a, b] = draw(index);
      return Math.floor(unit(a, b) * below);
    },
    permutation(index, length) {
      const order = Uint32Array.from({ length }, (_, i) => i);
      for (let i = length - 1; i > 0; i--) {
        const [a, b] = draw(index, i);
        const j = Math.floor(unit(a, b) * (i + 1));
        const kept = order[i]!;
        order[i] = order[j]!;
        order[j] = kept;
      }
      return order;
    },
  };
}
