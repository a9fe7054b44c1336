// Half-precision numbers (IEEE 754 binary16, and bfloat16) to and from float32, for files that store weights in two bytes each.

/** Largest finite binary16 number. */
export const LARGEST_FLOAT16 = 65504;

/** Every binary16 number as float32, by its bits: 256 kB, made on first use. */
let table: Float32Array | undefined;

function float16Table(): Float32Array {
  return table ??= Float32Array.from({ length: 65536 }, (_, bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** Exact. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  const values = float16Table();
  const wide = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = values[bits[i]!]!;
  return wide;
}

/** Exact: a bfloat16 is the upper half of a float32. */
export function widenBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i]! << 16;
  return new Float32Array(wide.buffer);
}

/** To the nearest binary16 number, ties to even; what is too large becomes infinite. */
export function narrowToFloat16(values: Float32Array): Uint16Array {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < source.length; i++) bits[i] = narrow(source[i]!);
  return bits;
}

/** @param float bits of a float32 */
function narrow(float: number): number {
  const sign = (float >>> 16) & 0x8000;
  const magnitude = float & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and above round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // From 2^-14 on the result is normal: rebias the exponent and round off 13 bits. Rounding may carry into the exponent, which is right.
  if (magnitude >= 0x38800000) return sign | roundToEven(magnitude - 0x38000000, 13);
  // Below, it is a multiple of 2^-24: shift the significand with its leading one into place.
  const shift = 126 - (magnitude >>> 23);
  return shift > 24 ? sign : sign | roundToEven((magnitude & 0x7fffff) | 0x800000, shift);
}

/** value / 2^shift to the nearest integer, ties to even. */
function roundToEven(value: number, shift: number): number {
  const half = 1 << (shift - 1);
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}
