import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { boundaryWeights } from './boundary-weights.ts';

/** Equation 2 of the paper, pixel against pixel. Objects are told apart by number. */
function byDefinition(objects: readonly number[], width: number, sigma: number): number[] {
  const numbers = [...new Set(objects)].filter((number) => number > 0);
  return objects.map((own, i) => {
    if (own > 0) return 1;
    const distances = numbers.map((number) => Math.min(...objects.flatMap((other, j) => (other === number ? [Math.hypot(Math.floor(i / width) - Math.floor(j / width), i % width - j % width)] : [])))).sort((a, b) => a - b);
    return distances.length < 2 ? 1 : 1 + 10 * Math.exp(-((distances[0]! + distances[1]!) ** 2) / (2 * sigma ** 2));
  });
}

test('weights between objects are those of the paper\'s equation', () => {
  const square = fc.record({ x: fc.integer({ min: 0, max: 20 }), y: fc.integer({ min: 0, max: 16 }), side: fc.integer({ min: 1, max: 4 }) });
  fc.assert(fc.property(fc.array(square, { maxLength: 5 }), fc.constantFrom(1, 2, 5), (squares, sigma) => {
    const width = 25, height = 21, objects = new Array<number>(width * height).fill(0);
    squares.forEach(({ x, y, side }, k) => {
      // Only squares that touch no other one, so that parts and squares are the same.
      const pixels = (around: number) => Array.from({ length: (side + 2 * around) ** 2 }, (_, i) => [x - around + i % (side + 2 * around), y - around + Math.floor(i / (side + 2 * around))] as const).filter(([a, b]) => a >= 0 && b >= 0 && a < width && b < height);
      if (pixels(1).every(([a, b]) => objects[b * width + a] === 0)) for (const [a, b] of pixels(0)) objects[b * width + a] = k + 1;
    });
    const found = boundaryWeights(Uint8Array.from(objects, (number) => (number > 0 ? 1 : 0)), width, height, { height: 10, width: sigma });
    const expected = byDefinition(objects, width, sigma);
    found.forEach((weight, i) => assert.ok(Math.abs(weight - expected[i]!) <= 1e-5, `pixel ${i}: ${weight} is not ${expected[i]}`));
  }), { numRuns: 60 });
});

test('pixels of which nobody says what they are count nothing, and a single object changes nothing', () => {
  assert.deepEqual([...boundaryWeights(Uint8Array.of(0, 1, 255, 0), 4, 1, { height: 10, width: 5 })], [1, 1, 0, 1]);
});
