// Agreement counts pixels as sets do, and what is drawn tells the three parts apart without a colour.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encode } from '#contract/masks/runs.ts';
import { agreementMap, countAgreement, paintAgreement, reaching } from './agreement.ts';

const bits = fc.array(fc.constantFrom(0, 1), { minLength: 24, maxLength: 24 });

test('both, missed and extra are what sets of pixels give, those left open aside', () => {
  fc.assert(fc.property(bits, bits, bits, (reference, predicted, open) => {
    const map = agreementMap(encode(reference, 6, 4), encode(predicted, 6, 4), encode(open, 6, 4)), counted = countAgreement(map);
    const count = (is: (i: number) => boolean) => open.filter((hidden, i) => hidden === 0 && is(i)).length;
    const both = count((i) => reference[i]! + predicted[i]! === 2), missed = count((i) => reference[i]! > predicted[i]!), extra = count((i) => reference[i]! < predicted[i]!);
    assert.deepEqual(counted, { both, missed, extra, dice: both + missed + extra === 0 ? 1 : (2 * both) / (2 * both + missed + extra) });
    assert.deepEqual(agreementMap(encode(reference, 6, 4), Uint8Array.from(predicted), encode(open, 6, 4)), map);
  }));
});

test('a threshold of one half is 128 of 256, and no threshold lies above what a byte can hold', () => {
  assert.deepEqual([...reaching(Uint8Array.of(127, 128, 255), 0.5)], [0, 1, 1]);
  assert.deepEqual([...reaching(Uint8Array.of(254, 255), 1)], [0, 1]);
  assert.deepEqual([...reaching(Uint8Array.of(0, 140, 141), 0.55)], [0, 0, 1]);
});

test('parts differ in how opaque their pixels are, so that a print without colours shows them too', () => {
  const side = 28, full = encode(new Uint8Array(side * side).fill(1), side, side), none = encode(new Uint8Array(side * side), side, side);
  const patternOf = (reference: typeof full, predicted: typeof full) => {
    const pixels = new Uint8ClampedArray(4 * side * side);
    paintAgreement(pixels, side, side, { zoom: 1, x: 0, y: 0 }, agreementMap(reference, predicted, none));
    return Array.from({ length: side * side }, (_, i) => pixels[4 * i + 3]!);
  };
  const both = patternOf(full, full), extra = patternOf(none, full), missed = patternOf(full, none);
  assert.equal(new Set(both).size, 1);
  assert.equal(new Set(extra).size, 2);
  assert.equal(new Set(missed).size, 2);
  // Stripes go on along a diagonal; dots do not.
  const diagonal = (alpha: readonly number[]) => new Set(Array.from({ length: side - 1 }, (_, i) => alpha[(side - 2 - i) * side + i + 1]! === alpha[(side - 1 - i) * side + i]!));
  assert.deepEqual([...diagonal(extra)], [true]);
  assert.equal(diagonal(missed).size, 2);
  assert.deepEqual(patternOf(none, none), new Array(side * side).fill(0));
});
