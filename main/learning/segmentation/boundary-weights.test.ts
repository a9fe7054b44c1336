// The weight map of the U-Net paper against its equation, pixel by pixel, with objects told apart or not, at any scale.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Mask } from '#contract/geometry.ts';
import { encode } from '../../masks/index.ts';
import { boundaryWeights } from './boundary-weights.ts';
import { objectNumbers, parted, scaledNumbers } from './objects.ts';

const width = 25, height = 21;

/** Equation 2 of the paper, pixel against pixel. @param objects number of the object of each pixel, 0 = background */
function byDefinition(objects: ArrayLike<number>, sigma: number): number[] {
  const all = Array.from(objects), numbers = [...new Set(all)].filter((number) => number > 0);
  return all.map((own, i) => {
    if (own > 0) return 1;
    const distances = numbers.map((number) => Math.min(...all.flatMap((other, j) => (other === number ? [Math.hypot(Math.floor(i / width) - Math.floor(j / width), i % width - j % width)] : [])))).sort((a, b) => a - b);
    return distances.length < 2 ? 1 : 1 + 10 * Math.exp(-((distances[0]! + distances[1]!) ** 2) / (2 * sigma ** 2));
  });
}

function equal(found: Float32Array, expected: readonly number[]): void {
  // float32 of numbers up to 11.
  found.forEach((weight, i) => assert.ok(Math.abs(weight - expected[i]!) <= 1e-5, `pixel ${i}: ${weight} is not ${expected[i]}`));
}

interface Square { readonly x: number; readonly y: number; readonly side: number }
const square = fc.record({ x: fc.integer({ min: 0, max: 20 }), y: fc.integer({ min: 0, max: 16 }), side: fc.integer({ min: 1, max: 4 }) });
const squares = fc.array(square, { maxLength: 5 });
const covers = ({ x, y, side }: Square, around: number, i: number) => {
  const column = i % width, row = Math.floor(i / width);
  return column >= x - around && column < x + side + around && row >= y - around && row < y + side + around;
};
/** Squares as masks of their own, a later one over an earlier one. */
const masksOf = (all: readonly Square[]): Mask[] => all.map((one) => encode(Uint8Array.from({ length: width * height }, (_, i) => (covers(one, 0, i) ? 1 : 0)), width, height));
const labelsOf = (all: readonly Square[]) => Uint8Array.from({ length: width * height }, (_, i) => (all.some((one) => covers(one, 0, i)) ? 1 : 0));

test('weights between objects that lie apart are those of the paper\'s equation, whether somebody told the objects apart or not', () => {
  fc.assert(fc.property(squares, fc.constantFrom(1, 2, 5), (drawn, sigma) => {
    // Only squares that touch no other one, so that parts and squares are the same.
    const apart = drawn.reduce<Square[]>((kept, one) => (kept.some((other) => Array.from({ length: width * height }, (_, i) => covers(one, 1, i) && covers(other, 0, i)).includes(true)) ? kept : [...kept, one]), []);
    const labels = labelsOf(apart), expected = byDefinition(objectNumbers({ width, height, labels }, masksOf(apart)), sigma);
    for (const told of [null, masksOf(apart)]) {
      const numbers = objectNumbers({ width, height, labels }, told);
      assert.deepEqual(parted(labels, numbers, width), labels, 'nothing touches');
      equal(boundaryWeights(labels, numbers, width, { height: 10, width: sigma }), expected);
    }
  }), { numRuns: 60 });
});

test('objects that touch or overlap are parted by background, which weighs by the two that meet there', () => {
  fc.assert(fc.property(squares, fc.constantFrom(1, 5), (drawn, sigma) => {
    const labels = labelsOf(drawn), numbers = objectNumbers({ width, height, labels }, masksOf(drawn));
    const apart = parted(labels, numbers, width), left = Uint32Array.from(numbers, (number, i) => (apart[i] === 0 ? 0 : number));
    for (let i = 0; i < left.length; i++) {
      for (const j of [i + 1, i + width - 1, i + width, i + width + 1]) {
        const beside = j < left.length && Math.abs((i % width) - (j % width)) <= 1;
        assert.ok(!beside || left[i] === 0 || left[j] === 0 || left[i] === left[j], `pixels ${i} and ${j} of two objects touch`);
      }
    }
    equal(boundaryWeights(apart, numbers, width, { height: 10, width: sigma }), byDefinition(left, sigma));
  }), { numRuns: 60 });
  // A pixel of the line lies one from each.
  const pair = [{ x: 2, y: 2, side: 4 }, { x: 6, y: 2, side: 4 }], labels = labelsOf(pair);
  const numbers = objectNumbers({ width, height, labels }, masksOf(pair)), weights = boundaryWeights(parted(labels, numbers, width), numbers, width, { height: 10, width: 5 });
  assert.ok(Math.abs(weights[3 * width + 5]! - (1 + 10 * Math.exp(-4 / 50))) < 1e-5);
});

test('pixels of which nobody says what they are count nothing, and a single object changes nothing', () => {
  const labels = Uint8Array.of(0, 1, 255, 0), numbers = objectNumbers({ width: 4, height: 1, labels }, null);
  assert.deepEqual([...numbers], [0, 1, 0, 0]);
  assert.deepEqual([...boundaryWeights(labels, numbers, 4, { height: 10, width: 5 })], [1, 1, 0, 1]);
});

test('objects of different classes that touch stay whole, and numbers survive scaling as labels do', () => {
  const labels = Uint8Array.of(1, 1, 2, 2), numbers = Uint32Array.of(1, 1, 70_000, 70_000);
  assert.deepEqual([...parted(labels, numbers, 4)], [1, 1, 2, 2]);
  assert.deepEqual([...scaledNumbers(numbers, { width: 4, height: 1 }, { width: 2, height: 1 })], [1, 70_000]);
});
