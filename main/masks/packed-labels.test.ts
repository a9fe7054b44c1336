import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StudioError } from '#contract/errors.ts';
import { packLabels, unpackLabels } from './index.ts';

test('label maps of any size come back pixel by pixel', () => {
  const map = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 30 })).chain(([width, height]) =>
    fc.array(fc.constantFrom(0, 0, 0, 1, 2, 255), { minLength: width * height, maxLength: width * height }).map((labels) => ({ width, height, labels: Uint8Array.from(labels) })));
  fc.assert(fc.property(map, (one) => assert.deepEqual(unpackLabels(packLabels(one)), one)));
});

test('an even map of sixteen million pixels is a few bytes', () => {
  const text = packLabels({ width: 4096, height: 4096, labels: new Uint8Array(4096 * 4096).fill(3) });
  assert.ok(text.length < 40);
  assert.ok(unpackLabels(text).labels.every((label) => label === 3));
});

test('a text that is cut off is refused', () => {
  const text = packLabels({ width: 9, height: 9, labels: Uint8Array.from({ length: 81 }, (_, i) => i % 5) });
  for (const broken of [text.replace('9x9', '9x8'), '3x3:', 'nothing']) assert.throws(() => unpackLabels(broken), (error: unknown) => error instanceof StudioError && error.code === 'unreadable');
});
