// Window and level: the full window changes nothing, and every curve only rises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { histogram, windowTable } from './window-table.ts';

test('the full window leaves every grey value within half a step', () => {
  const table = windowTable({ width: 255, level: 127.5, gamma: 1 });
  table.forEach((value, step) => assert.ok(Math.abs(value - step / (table.length - 1)) < 1e-3));
});

test('a curve rises from black to white and never falls', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.double({ min: 0.3, max: 3, noNaN: true }), (width, level, gamma) => {
    const table = windowTable({ width, level, gamma });
    table.forEach((value, step) => {
      assert.ok(value >= 0 && value <= 1);
      if (step > 0) assert.ok(value >= table[step - 1]!);
    });
  }));
});

test('what is darker than the window is black and what is brighter is white', () => {
  const table = windowTable({ width: 50, level: 100, gamma: 1 });
  assert.equal(table[0], 0);
  assert.equal(table.at(-1), 1);
});

test('a histogram counts every pixel once', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 3, maxLength: 60 }), (greys) => {
    const pixels = new Uint8ClampedArray(greys.flatMap((grey) => [grey, grey, grey, 255]));
    assert.equal(histogram(pixels, 16).reduce((a, b) => a + b), greys.length);
  }));
});
