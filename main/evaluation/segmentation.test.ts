// Measures of masks against brute force, published definitions and cases counted by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encode, fromBox, ignored } from '../masks/index.ts';
import { blandAltman } from './agreement.ts';
import { hausdorff95, squaredDistances } from './segmentation-distance.ts';
import { matchObjects, objectShares } from './segmentation-objects.ts';
import { pictureDice } from './segmentation-picture.ts';
import type { SegmentedPicture } from './segmentation-picture.ts';
import { foundBySize } from './segmentation-sizes.ts';
import { diceByThreshold, thresholds } from './segmentation-threshold.ts';
import { evaluateSegmentation } from './segmentation.ts';

const raster = fc.record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 9 }), spacing: fc.tuple(fc.constantFrom(1, 0.5, 2.25), fc.constantFrom(1, 0.7, 3)) });
const bits = (pixels: number) => fc.uint8Array({ min: 0, max: 1, minLength: pixels, maxLength: pixels });

test('distances to the nearest pixel are the least over all of them', () => {
  fc.assert(fc.property(raster.chain((one) => fc.record({ one: fc.constant(one), seeds: fc.uniqueArray(fc.nat({ max: one.width * one.height - 1 }), { minLength: 1, maxLength: 8 }) })), ({ one, seeds }) => {
    const { width, spacing } = one;
    squaredDistances(Uint32Array.from(seeds), one).forEach((squared, i) => {
      const expected = Math.min(...seeds.map((seed) => ((Math.floor(i / width) - Math.floor(seed / width)) * spacing[0]) ** 2 + ((i % width - seed % width) * spacing[1]) ** 2));
      assert.ok(Math.abs(squared - expected) <= 1e-9 * (1 + expected), `${squared} is not ${expected}`); // a few roundings of doubles
    });
  }));
});

/** By the definition: every pair of outline pixels, the mask framed by background. */
function hausdorff95ByPairs(a: Uint8Array, b: Uint8Array, { width, height, spacing }: { width: number; height: number; spacing: readonly [number, number] }): number {
  const edge = (mask: Uint8Array) => {
    const at = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : mask[y * width + x]!);
    return Array.from(mask, (_, i) => [i % width, Math.floor(i / width)] as const).filter(([x, y]) => at(x, y) === 1 && at(x - 1, y) * at(x + 1, y) * at(x, y - 1) * at(x, y + 1) === 0);
  };
  const directed = (from: readonly (readonly [number, number])[], to: readonly (readonly [number, number])[]) => {
    const distances = from.map(([x, y]) => Math.min(...to.map(([u, v]) => Math.hypot((x - u) * spacing[1], (y - v) * spacing[0])))).sort((p, q) => p - q);
    const place = 0.95 * (distances.length - 1), low = Math.floor(place), next = distances[low + 1] ?? distances[low]!;
    return distances[low]! * (1 - (place - low)) + next * (place - low);
  };
  return Math.max(directed(edge(a), edge(b)), directed(edge(b), edge(a)));
}

test('the 95 % Hausdorff distance is that over all pairs of outline pixels', () => {
  const pair = raster.chain((one) => fc.record({ one: fc.constant(one), a: bits(one.width * one.height), b: bits(one.width * one.height) })).filter(({ a, b }) => a.includes(1) && b.includes(1));
  fc.assert(fc.property(pair, ({ one, a, b }) => {
    assert.ok(Math.abs(hausdorff95(a, b, one) - hausdorff95ByPairs(a, b, one)) < 1e-9); // a few roundings of doubles
  }));
});

test('a square of 10 and the same one moved by 3 columns lie 3 apart, and half as much at half the spacing', () => {
  const square = (x: number) => Uint8Array.from({ length: 30 * 20 }, (_, i) => (i % 30 >= x && i % 30 < x + 10 && i / 30 >= 5 && i / 30 < 15 ? 1 : 0));
  assert.equal(hausdorff95(square(4), square(7), { width: 30, height: 20, spacing: [1, 1] }), 3);
  assert.equal(hausdorff95(square(4), square(7), { width: 30, height: 20, spacing: [1, 0.5] }), 1.5);
});

const picture = (id: string, subject: string | null, reference: readonly number[], predicted: readonly number[]): SegmentedPicture =>
  ({ id, subject, width: reference.length, height: 1, spacing: null, reference: Uint8Array.from(reference), predicted: Uint8Array.from(predicted) });
const measured = (...pictures: SegmentedPicture[]) => evaluateSegmentation({ classes: ['cell', 'debris'], pictures, seed: 1, replicates: 200 });

test('overlap is that of sets of pixels', () => {
  fc.assert(fc.property(bits(40), bits(40), (a, b) => {
    const sets = [a, b].map((one) => new Set(Array.from(one.keys()).filter((i) => one[i] === 1))) as [Set<number>, Set<number>];
    const [one] = measured(picture('p', null, [...a], [...b])).perImage[0]!.perClass;
    const both = [...sets[0]].filter((i) => sets[1].has(i)).length, either = new Set([...sets[0], ...sets[1]]).size;
    assert.equal(one!.iou, either === 0 ? 1 : both / either);
    // Dice and IoU say the same thing: D = 2 J / (1 + J).
    assert.ok(Math.abs(one!.dice - (2 * one!.iou) / (1 + one!.iou)) < 1e-12); // rounding
    assert.equal(one!.precision, sets[1].size === 0 ? null : both / sets[1].size);
    assert.equal(one!.recall, sets[0].size === 0 ? null : both / sets[0].size);
  }));
});

test('a class that neither side shows has Dice 1; one that one side shows has Dice 0, no distance, and is counted', () => {
  const { perClass, perImage } = measured(picture('a', 's', [1, 1, 0, 0], [1, 1, 0, 0]), picture('b', 't', [1, 0, 0, 0], [0, 0, 0, 2]));
  const [cell, debris] = perClass as [typeof perClass[0], typeof perClass[0]];
  assert.deepEqual([cell.bothEmpty, cell.oneEmpty, debris.bothEmpty, debris.oneEmpty], [0, 1, 1, 1]);
  assert.deepEqual([cell.dice.mean.value, debris.dice.mean.value], [0.5, 0.5]);
  assert.deepEqual([cell.hd95.n, cell.hd95.mean.value, debris.hd95.n, debris.hd95.mean.value], [1, 0, 0, null]);
  // A class that is nowhere to be seen on a picture does not lift that picture's mean.
  assert.deepEqual(perImage.map(({ dice }) => dice), [1, 0]);
});

test('each picture counts once, whatever its size and however many its subject has', () => {
  const large = picture('large', 's', new Array<number>(1000).fill(1), new Array<number>(1000).fill(1)), small = picture('small', 's', [1, 1], [0, 0]);
  const { dice, subjects, intervals } = measured(large, small, picture('other', 't', [1, 1, 0], [1, 0, 0]));
  assert.ok(Math.abs(dice.mean.value! - (1 + 0 + 2 / 3) / 3) < 1e-12); // rounding
  assert.equal(dice.median.value, 2 / 3);
  assert.equal(subjects, 2);
  assert.equal(intervals.unit, 'subject');
  // Two subjects, drawn again: only the first, both, or only the second.
  assert.ok(Math.abs(dice.mean.low! - 0.5) < 1e-9 && Math.abs(dice.mean.high! - 2 / 3) < 1e-9);
});

test('pixels that the reference leaves open count for neither side', () => {
  const { perImage } = measured(picture('a', null, [1, 1, ignored, ignored, 0], [1, 0, 1, 2, 0]));
  assert.equal(perImage[0]!.perClass[0]!.dice, 2 / 3);
  assert.equal(perImage[0]!.perClass[0]!.precision, 1);
  assert.equal(perImage[0]!.perClass[1]!.dice, 1);
});

test('distances are in millimetres only where every picture says its spacing', () => {
  const one = { ...picture('a', null, [1, 0, 0], [0, 0, 1]), spacing: [1, 0.25] as const };
  assert.equal(measured(one).hd95.mean.value, 0.5);
  assert.equal(measured(one).unit, 'millimetre');
  assert.equal(measured(one, picture('b', null, [1], [1])).unit, 'pixel');
  assert.equal(measured(one, picture('b', null, [1], [1])).perImage[0]!.hd95, 2);
});

const box = (x1: number, x2: number) => fromBox({ shape: 'box', x1, y1: 0, x2, y2: 2 }, { width: 40, height: 2 });

test('objects match above an IoU of one half, and panoptic quality is segmentation quality times recognition quality', () => {
  // IoU 8/12, 1/2 (not above), and two that meet nothing.
  const match = matchObjects([box(0, 10), box(20, 26), box(30, 32)], [box(2, 12), box(20, 23), box(36, 40)]);
  assert.deepEqual(match.matched, [8 / 12]);
  const { ap50, panopticQuality } = objectShares(match);
  assert.equal(ap50, 1 / 5);
  // Kirillov et al. 2019, equation 2: SQ = 2/3 (mean IoU of matches), RQ = 1 / (1 + 2/2 + 2/2).
  assert.ok(Math.abs(panopticQuality! - (2 / 3) * (1 / 3)) < 1e-12); // rounding
});

test('no object is matched twice, in whatever order they come', () => {
  const boxes = fc.array(fc.tuple(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 9 })).map(([x, width]) => box(x, x + width)), { maxLength: 6 });
  fc.assert(fc.property(boxes, boxes, (a, b) => {
    // Objects of one side do not overlap.
    const apart = (list: typeof a) => list.filter((one, i) => list.slice(0, i).every((other) => decodeOverlap(one, other) === 0));
    const [reference, predicted] = [apart(a), apart(b)], forth = matchObjects(reference, predicted), back = matchObjects(predicted, reference);
    assert.ok(forth.matched.length <= Math.min(reference.length, predicted.length));
    assert.deepEqual(forth.matched.toSorted(), back.matched.toSorted());
  }));
});

function decodeOverlap(a: ReturnType<typeof box>, b: ReturnType<typeof box>): number {
  const spread = ({ runs }: typeof a) => runs.flatMap((run, i) => new Array<number>(run).fill(i % 2));
  const other = spread(b);
  return spread(a).filter((bit, i) => bit === 1 && other[i] === 1).length;
}

test('objects are measured where the reference tells them apart, the model’s being its connected parts', () => {
  const reference = [1, 1, 0, 1, 1, 0, 0, 0], predicted = [1, 1, 0, 1, 0, 0, 1, 0];
  const objects = [[1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0, 0, 0]].map((bits) => ({ classIndex: 0, mask: encode(bits, 8, 1) }));
  const { perClass, perImage } = measured({ ...picture('a', null, reference, predicted), objects });
  assert.deepEqual(perImage[0]!.perClass[0]!.objects, { reference: 2, predicted: 3, matched: 1, ap50: 1 / 4, panopticQuality: 1 / (1 + 1 / 2 + 2 / 2) });
  assert.equal(perClass[0]!.objects!.count.bias, 1);
  assert.equal(perClass[1]!.objects, null);
});

test('limits of agreement are those of Bland and Altman’s peak flow meters', () => {
  // Bland and Altman, Lancet 1986, table 1: Wright peak flow meter and mini meter, first readings. Mean difference -2.1, sd 38.8, limits -79.7 .. 75.5 l/min, there with 2 sd.
  const wright = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427], mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451];
  const { n, bias, deviation, low, high } = blandAltman(mini.map((value, i) => [value, wright[i]!]));
  assert.equal(n, 17);
  assert.ok(Math.abs(bias! - -2.1) < 0.05 && Math.abs(deviation! - 38.8) < 0.05, `${bias} ${deviation}`); // the paper gives one decimal
  assert.ok(Math.abs(low! - (bias! - 1.96 * deviation!)) < 1e-9 && Math.abs(high! - (bias! + 1.96 * deviation!)) < 1e-9);
});

test('Dice by threshold is that of the pixels whose probability reaches it', () => {
  const pixels = fc.array(fc.record({ label: fc.constantFrom(0, 1, 2, ignored), probability: fc.double({ min: 0, max: 1, noNaN: true }) }), { minLength: 1, maxLength: 60 });
  fc.assert(fc.property(pixels, (list) => {
    const kept = Uint8Array.from(list, ({ probability }) => Math.min(255, Math.floor(probability * 256)));
    const counted = list.map((one, i) => ({ ...one, kept: kept[i]! })).filter(({ label }) => label !== ignored);
    diceByThreshold(Uint8Array.from(list, ({ label }) => label), 1, kept).forEach((dice, i) => {
      const said = counted.filter((one) => one.kept >= thresholds[i]! * 256 - 1e-9), there = counted.filter(({ label }) => label === 1);
      const both = said.filter(({ label }) => label === 1).length;
      assert.equal(dice, said.length + there.length === 0 ? 1 : (2 * both) / (said.length + there.length));
    });
  }));
});

test('a curve over thresholds is there when every picture has its probabilities, and at one half it is the Dice of the likeliest of two', () => {
  const sure = { ...picture('a', 's', [1, 1, 0, 0], [1, 0, 0, 0]), probabilities: [Uint8Array.of(200, 90, 100, 3), new Uint8Array(4)] };
  const other = { ...picture('b', 't', [0, 1, 0, 0], [0, 1, 1, 0]), probabilities: [Uint8Array.of(0, 255, 128, 0), new Uint8Array(4)] };
  const [cell] = measured(sure, other).perClass;
  const half = cell!.thresholds.find(({ at }) => at === 0.5)!;
  assert.ok(Math.abs(half.dice.value! - cell!.dice.mean.value!) < 1e-12); // rounding
  assert.equal(measured(sure, picture('c', 'u', [1], [1])).perClass[0]!.thresholds.length, 0);
});

test('objects are found or missed by their size, and every object is in one range', () => {
  const areas = fc.array(fc.record({ area: fc.integer({ min: 1, max: 6 }), found: fc.boolean() }), { maxLength: 60 });
  fc.assert(fc.property(areas, (list) => {
    const bins = foundBySize(list.map((one, i) => ({ ...one, picture: i })), { subjectOf: list.map((_, i) => i), subjects: list.length, replicates: 5, seed: 1, level: 0.95 });
    assert.equal(bins.reduce((sum, { objects }) => sum + objects, 0), list.length);
    bins.forEach((bin, i) => {
      const own = list.filter(({ area }) => area >= bin.from && area <= bin.to);
      assert.equal(own.length, bin.objects);
      assert.equal(bin.found.value, own.filter(({ found }) => found).length / own.length);
      assert.ok(i === 0 || bin.from > bins[i - 1]!.to);
    });
  }));
});

test('a lone object counts where other pictures tell theirs apart, and a mask without a pixel is none', () => {
  const two = { ...picture('a', null, [1, 0, 1, 0], [1, 0, 1, 0]), objects: [[1, 0, 0, 0], [0, 0, 1, 0]].map((one) => ({ classIndex: 0, mask: encode(one, 4, 1) })) };
  const lone = picture('b', null, [0, 1, 1, 0], [0, 1, 1, 0]), empty = { ...picture('c', null, [0, 0, 0, 0], [0, 0, 0, 0]), objects: [{ classIndex: 0, mask: encode([0, 0, 0, 0], 4, 1) }] };
  assert.deepEqual(measured(two, lone, empty).perImage.map(({ perClass }) => perClass[0]!.objects!.reference), [2, 1, 0]);
});

test('Dice of two label maps is that of the whole evaluation', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(0, 1, 2, ignored), fc.constantFrom(0, 1, 2)), { minLength: 1, maxLength: 40 }), (pixels) => {
    const one = picture('p', null, pixels.map(([reference]) => reference), pixels.map(([, predicted]) => predicted));
    assert.equal(pictureDice(one.reference, one.predicted, 2), measured(one).perImage[0]!.dice);
  }), { numRuns: 30 });
});
