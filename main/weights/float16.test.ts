// Half precision: every number there is, and rounding as IEEE 754 says.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { narrowToFloat16, widenBfloat16, widenFloat16 } from './float16.ts';

const every = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
/** DataView's own reader of binary16 (ES2025), which the type library does not know yet. */
const native = new DataView(new ArrayBuffer(2)) as DataView & { getFloat16(at: number): number; setFloat16(at: number, value: number): void };

test('every half-precision number widens to what the JavaScript engine says', () => {
  const wide = widenFloat16(every);
  for (const bits of every) {
    native.setUint16(0, bits);
    assert.ok(Object.is(wide[bits], native.getFloat16(0)), `0x${bits.toString(16)}`);
  }
});

test('every half-precision number comes back from float32 unchanged', () => {
  const back = narrowToFloat16(widenFloat16(every));
  for (const bits of every) {
    const isNaN = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
    // A NaN keeps neither sign nor payload.
    if (isNaN) assert.equal(back[bits]! & 0x7e00, 0x7e00);
    else assert.equal(back[bits], bits);
  }
});

test('any float32 rounds to the nearest half, ties to even, as the JavaScript engine rounds', () => {
  const agrees = (value: number) => {
    native.setFloat16(0, value);
    assert.equal(narrowToFloat16(Float32Array.of(value))[0], native.getUint16(0), String(value));
  };
  fc.assert(fc.property(fc.float({ noNaN: true }), agrees), { numRuns: 2000 });
  // Halves have neighbours 2^-11 apart around 1, so these are ties and near-ties; the rest are the edges of the range.
  for (const value of [1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -23, 2 ** -24, 2 ** -25, 1.5 * 2 ** -25, 2 ** -26, 2 ** -14 - 2 ** -25, 65504, 65519.996, 65520, -65520, 0, -0, Infinity]) agrees(Math.fround(value));
});

test('a bfloat16 is the upper half of a float32', () => {
  assert.deepEqual([...widenBfloat16(Uint16Array.of(0x3f80, 0xc040, 0x0001, 0x8000))], [1, -3, 2 ** -133, -0]);
});
