// The generator gives the bits that the oracle's numbers were computed from.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { generatedInput, generatedPicture, generatedTensor, oracleFile, unit } from '../../testdata/oracle/index.ts';

type Item =
  | { kind: 'tensor'; name: string; shape: number[]; s: number; first4: number[]; sha256_le: string }
  | { kind: 'image'; n: number; h: number; w: number; first4: number[]; sha256_le: string }
  | { kind: 'picture'; name: string; h: number; w: number; first4: number[]; sha256_le: string };

/** The file hashes input pictures in NCHW. */
function planes(data: Float32Array, n: number, height: number, width: number): Float32Array {
  const out = new Float32Array(data.length);
  const area = height * width;
  for (let i = 0; i < n * area; i++) {
    for (let channel = 0; channel < 3; channel++) out[(Math.floor(i / area) * 3 + channel) * area + (i % area)] = data[i * 3 + channel]!;
  }
  return out;
}

const { hash, items } = oracleFile('check.json') as { hash: Record<string, number[]>; items: Item[] };

test('the first units of a stream equal the recorded ones', () => {
  assert.deepEqual([0, 1, 2, 3].map((i) => unit('conv1.weight', i)), hash["unit('conv1.weight')[0..3]"]);
});

for (const item of items) {
  const title = item.kind === 'image' ? `${item.n} inputs of ${item.h} x ${item.w}` : `${item.kind} ${item.name}`;
  test(`${title} is generated bit for bit`, () => {
    const data = item.kind === 'tensor' ? generatedTensor(item.name, item.shape, item.s)
      : item.kind === 'image' ? planes(generatedInput(item.n, item.h, item.w), item.n, item.h, item.w)
      : generatedPicture(item.name, item.h, item.w);
    assert.deepEqual([...data.slice(0, 4)], item.first4);
    assert.equal(createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex'), item.sha256_le);
  });
}
