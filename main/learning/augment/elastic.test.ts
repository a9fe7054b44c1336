// A picture and its labels move together, and bending is what its definition says.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { displacements } from './elastic.ts';
import { drawChange, warpLabels } from './index.ts';
import type { Augmentation } from './index.ts';
import { adjustGamma } from './tone.ts';
import { warp } from './warp.ts';

const everything: Augmentation = { flipHorizontal: 0.5, flipVertical: 0.5, rotate: 180, crop: { area: [0.3, 1], ratio: [0.8, 1.25] }, elastic: { probability: 0.7, deviation: 10 }, gamma: 0.3 };

/** Blobs: squares of five pixels that are on or off. */
const blobs = (width: number, height: number) => Uint8Array.from({ length: width * height }, (_, i) => ((Math.floor(i / width / 5) * 7 + Math.floor((i % width) / 5) * 3) % 4 === 0 ? 255 : 0));

test('labels move as the picture does: wherever sampling the mask as a picture gives a pure value, the label is that value', () => {
  fc.assert(fc.property(fc.nat(), fc.nat(50), fc.integer({ min: 20, max: 60 }), fc.integer({ min: 20, max: 60 }), (seed, turn, width, height) => {
    const change = drawChange(everything, seed, 'picture', turn), size = [33, 41] as const, mask = blobs(width, height);
    const asPicture = warp({ width, height, channels: 1, data: mask }, change, size).data, labels = warpLabels(mask, { width, height }, change, size);
    let pure = 0;
    asPicture.forEach((value, i) => {
      if (value !== 0 && value !== 255) return;
      pure++;
      equal(labels[i], value);
    });
    // Between them lie edges, where a label has to take a side.
    ok(pure > asPicture.length / 4);
  }), { numRuns: 200 });
});

test('labels are never mixed, and what lies outside is named where it is asked for', () => {
  const labels = Uint8Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? 1 : 7));
  const change = { ...drawChange(everything, 3, 'p', 4), crop: { x: 0.5, y: 0.5, width: 2, height: 2 } };
  const moved = warpLabels(labels, { width: 10, height: 10 }, change, [40, 40], 255);
  deepEqual([...new Set(moved)].sort((a, b) => a - b), [1, 7, 255]);
  deepEqual([...new Set(warpLabels(labels, { width: 10, height: 10 }, change, [40, 40]))].sort(), [1, 7]);
});

test('equal displacements shift everything, whatever the size', () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 2, max: 50 }), fc.double({ min: -20, max: 20, noNaN: true }), (height, width, by) => {
    const { x, y } = displacements({ x: new Array<number>(9).fill(by), y: new Array<number>(9).fill(0) }, [height, width]);
    ok(x.every((value) => Math.abs(value - by) < 1e-5) && y.every((value) => value === 0));
  }));
});

test('the middle of the picture moves as the middle node, the edges as theirs, and straight grids stay straight in between', () => {
  const nodes = [-1, 0, 1, -1, 0, 1, -1, 0, 1].map((value) => 10 * value);
  const { x } = displacements({ x: nodes, y: nodes }, [1, 1001]);
  ok(Math.abs(x[500]!) < 1e-6);
  // Half a pixel away from the nodes on the edges.
  ok(Math.abs(x[0]! + 10) < 0.05 && Math.abs(x[1000]! - 10) < 0.05);
  ok(x.every((value, i) => i === 0 || value >= x[i - 1]! - 1e-6));
});

test('displacements have the deviation asked for', () => {
  const drawn = Array.from({ length: 500 }, (_, turn) => drawChange({ elastic: { probability: 1, deviation: 10 } }, 1, 'p', turn).elastic!).flatMap(({ x, y }) => [...x, ...y]);
  const deviation = Math.sqrt(drawn.reduce((sum, value) => sum + value * value, 0) / drawn.length);
  ok(Math.abs(deviation - 10) < 0.3, String(deviation)); // 9,000 numbers: standard error 0.075
});

test('gamma keeps black and white and bends what lies between', () => {
  const data = Uint8Array.of(0, 64, 128, 255);
  deepEqual([...adjustGamma({ width: 4, height: 1, channels: 1, data }, 2).data], [0, 16, 64, 255]);
  const factors = Array.from({ length: 200 }, (_, turn) => drawChange({ gamma: 0.25 }, 1, 'p', turn).gamma);
  ok(factors.every((gamma) => gamma >= 0.8 - 1e-12 && gamma <= 1.25 + 1e-12) && factors.some((gamma) => gamma < 0.9) && factors.some((gamma) => gamma > 1.1));
});
