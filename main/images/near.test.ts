import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { sharedData } from '../../testdata/shared.ts';
import { eightBits } from './channels.ts';
import { decode, encodeJpeg } from './decode.ts';
import { blank, fingerprint, hammingDistance, nearDistance } from './fingerprint.ts';
import { NearIndex } from './near.ts';
import type { Picture8 } from './picture.ts';
import { resize, wholeAt } from './resize.ts';

const word = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
const hex = (bits: bigint) => bits.toString(16).padStart(16, '0');

test('the distance is the number of bits that differ', () => {
  fc.assert(fc.property(word, word, (a, b) => {
    assert.equal(hammingDistance(hex(a), hex(b)), [...(a ^ b).toString(2)].filter((bit) => bit === '1').length);
  }));
});

test('the index finds a near item whenever comparing each with each does, and joins exactly the same clusters', () => {
  // Flips of a few seeds, so that near ones are common.
  const flipped = fc.tuple(fc.constantFrom(0x0123456789abcdefn, 0xfedcba9876543210n, 0x00ff00ff00ff00ffn), fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 5 })).map(([seed, flips]) => hex(flips.reduce<bigint>((bits, flip) => bits ^ (1n << BigInt(flip)), seed)));
  fc.assert(fc.property(fc.array(flipped, { maxLength: 40 }), (prints) => {
    const index = new NearIndex<number>();
    const found = prints.map((print, i) => index.add(print, i));
    const cluster = (linked: (i: number, j: number) => boolean) => {
      const of = prints.map((_, i) => i);
      for (let pass = 0; pass < prints.length; pass++) prints.forEach((_, i) => prints.forEach((__, j) => { if (linked(i, j)) of[i] = of[j] = Math.min(of[i]!, of[j]!); }));
      return of;
    };
    assert.deepEqual(
      cluster((i, j) => found[i]!.some(({ item }) => item === j)),
      cluster((i, j) => j < i && hammingDistance(prints[i]!, prints[j]!) <= nearDistance));
    found.forEach((matches, i) => {
      const best = Math.min(...prints.slice(0, i).map((other) => hammingDistance(prints[i]!, other)));
      if (best <= nearDistance) assert.equal(matches[0]?.distance, best);
    });
  }));
});

test('a picture without anything to recognise is near to nothing', () => {
  const flat = (value: number, noise: number): Picture8 => ({ width: 50, height: 40, channels: 1, bitDepth: 8, data: Uint8Array.from({ length: 2000 }, (_, i) => value + ((i * 7919) % (noise + 1))) });
  assert.equal(fingerprint(flat(0, 0)), blank);
  assert.equal(fingerprint(flat(200, 2)), blank);
  const index = new NearIndex<string>();
  assert.deepEqual(index.add(blank, 'a'), []);
  assert.deepEqual(index.add(blank, 'b'), []);
});

const bees = sharedData('data/hymenoptera/val/bees');
test('copies that were compressed, resized or brightened are found, and different photographs are not', { skip: bees.skip }, async () => {
  const pictures = await Promise.all(readdirSync(bees.path).sort().map(async (name) => eightBits(await decode(readFileSync(join(bees.path, name))))));
  const prints = pictures.map(fingerprint);
  const sized = ({ width, height }: Picture8, share: number) => [Math.max(8, Math.round(height * share)), Math.max(8, Math.round(width * share))] as const;
  const changes: Readonly<Record<string, (picture: Picture8) => Picture8 | Promise<Picture8>>> = {
    compressed: async (picture) => eightBits(await decode(await encodeJpeg(picture, 40))),
    halved: (picture) => { const [height, width] = sized(picture, 0.5); return { ...picture, height, width, data: resize(picture, wholeAt(height, width), 'lanczos') }; },
    brighter: (picture) => ({ ...picture, data: picture.data.map((value) => Math.min(255, value * 1.1 + 10)) }),
  };
  for (const [name, change] of Object.entries(changes)) {
    const distances = await Promise.all(pictures.map(async (picture, i) => hammingDistance(fingerprint(await change(picture)), prints[i]!)));
    const found = distances.filter((distance) => distance <= nearDistance).length / distances.length;
    // Brightening clips the sky of a few photographs to white, which changes what is seen.
    assert.ok(found >= (name === 'brighter' ? 0.9 : 1), `${name}: ${found}`);
  }
  const index = new NearIndex<number>();
  assert.deepEqual(prints.flatMap((print, i) => index.add(print, i)), []);
});

const leak = sharedData('data/brain_tumour_mri/leak_demo');
test('the eight pairs of brain scans that lie in both published partitions are found', { skip: leak.skip }, async () => {
  const files = readdirSync(leak.path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg')).sort();
  const index = new NearIndex<string>();
  let pairs = 0;
  for (const file of files) for (const { item } of index.add(fingerprint(await decode(readFileSync(join(leak.path, file)))), file)) {
    assert.equal(/pair\d/.exec(item)?.[0], /pair\d/.exec(file)?.[0]);
    pairs++;
  }
  assert.equal(pairs, 8);
});
