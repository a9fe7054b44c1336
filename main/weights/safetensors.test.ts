// Safetensors files: what is written is read back, and every kind of broken or hostile file is refused for its own reason.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { StudioError } from '#contract/errors.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import type { SafetensorsReason } from './safetensors-header.ts';

/** A file with any header text and any data. `claimed`: the length that it states. */
function file(header: unknown, data: Uint8Array | number = 0, claimed?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimed ?? BigInt(text.length));
  return Buffer.concat([length, text, typeof data === 'number' ? Buffer.alloc(data) : data]);
}
const entry = (data_offsets: unknown, shape: unknown = [1], dtype: unknown = 'F32') => ({ dtype, shape, data_offsets });
const one = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
const many = Object.fromEntries(Array.from({ length: 20_001 }, (_, i) => [`t${i}`, entry([0, 0], [0])]));

const hostile: readonly [what: string, bytes: Uint8Array, reason: SafetensorsReason][] = [
  ['nothing', new Uint8Array(0), 'too-short'],
  ['seven bytes', new Uint8Array(7), 'too-short'],
  ['a header of a terabyte', file({}, 0, 2n ** 40n), 'header-too-large'],
  ['a header length above 2^53', file({}, 0, 2n ** 63n), 'header-too-large'],
  ['a header that ends behind the file', file({ a: entry([0, 4]) }, 4, 5000n), 'header-outside-file'],
  ['an empty header', file('', 0), 'header-outside-file'],
  ['a header that begins with a space', file(' {}'), 'header-start'],
  ['a header that is a list', file('[1]'), 'header-start'],
  ['a byte order mark', file('\ufeff{}'), 'header-start'],
  ['a broken UTF-8 sequence', file(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]).toString('latin1')).map((byte, i) => (i === 10 ? 0xff : byte)), 'header-not-utf8'],
  ['half a header', file('{"a":'), 'header-not-json'],
  ['text behind the header', file('{} {}'), 'header-not-json'],
  ['one name twice', file(`{"a":${one},"a":${one}}`, 4), 'duplicate-name'],
  ['one name twice, once escaped', file(`{"a":${one},"\\u0061":${one}}`, 4), 'duplicate-name'],
  ['one field of a tensor twice', file('{"a":{"dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4]}}', 4), 'duplicate-name'],
  ['20,001 tensors', file(many), 'too-many-tensors'],
  ['a name of 600 letters', file({ ['n'.repeat(600)]: entry([0, 4]) }, 4), 'name-too-long'],
  ['metadata that is a list', file({ __metadata__: [] }), 'bad-metadata'],
  ['metadata with a number', file({ __metadata__: { a: 1 } }), 'bad-metadata'],
  ['an entry that is null', file({ a: null }), 'bad-entry'],
  ['an entry that is a list', file({ a: [] }), 'bad-entry'],
  ['an unknown kind of number', file({ a: entry([0, 4], [1], 'F4') }, 4), 'bad-dtype'],
  ['a kind named like a property of every object', file({ a: entry([0, 4], [1], 'constructor') }, 4), 'bad-dtype'],
  ['a fractional size', file({ a: entry([0, 4], [0.5]) }, 4), 'bad-shape'],
  ['a negative size', file({ a: entry([0, 4], [-1]) }, 4), 'bad-shape'],
  ['a size above 2^31', file({ a: entry([0, 0], [2 ** 31, 0]) }), 'bad-shape'],
  ['nine axes', file({ a: entry([0, 4], Array(9).fill(1)) }, 4), 'bad-shape'],
  ['a shape that is text', file({ a: entry([0, 4], '1') }, 4), 'bad-shape'],
  ['a negative offset', file({ a: entry([-4, 0]) }), 'bad-offsets'],
  ['minus zero as an offset', file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[-0,4]}}', 4), 'bad-offsets'],
  ['offsets in reverse', file({ a: entry([4, 0]) }, 4), 'bad-offsets'],
  ['three offsets', file({ a: entry([0, 4, 4]) }, 4), 'bad-offsets'],
  ['an offset above 2^53', file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9007199254740993]}}', 4), 'bad-offsets'],
  ['a shape whose product overflows', file({ a: entry([0, 4], [2 ** 31 - 1, 2 ** 31 - 1, 4]) }, 4), 'size-overflow'],
  ['a shape that needs more bytes than it has', file({ a: entry([0, 4], [2]) }, 4), 'size-mismatch'],
  ['a hole before the first tensor', file({ a: entry([4, 8]) }, 8), 'hole-or-overlap'],
  ['two tensors that overlap', file({ a: entry([0, 8], [2]), b: entry([4, 12], [2]) }, 12), 'hole-or-overlap'],
  ['two tensors at one place', file({ a: entry([0, 4]), b: entry([0, 4]) }, 4), 'hole-or-overlap'],
  ['a byte too many', file({ a: entry([0, 4]) }, 5), 'wrong-length'],
  ['a file that was cut off', file({ a: entry([0, 400], [100]) }, 396), 'wrong-length'],
  ['not a number', file({ a: entry([0, 4]) }, new Uint8Array(Float32Array.of(NaN).buffer)), 'not-finite'],
  ['an infinite half', file({ a: entry([0, 2], [1], 'F16') }, Uint8Array.of(0x00, 0x7c)), 'not-finite'],
  ['a double beyond float32', file({ a: entry([0, 8], [1], 'F64') }, new Uint8Array(Float64Array.of(1e300).buffer)), 'not-finite'],
];

for (const [what, bytes, reason] of hostile) {
  test(`${what}: refused as ${reason}`, () => {
    assert.throws(() => readSafetensors(bytes), { name: 'StudioError', code: 'unreadable', key: `weights.${reason}` });
  });
}

test('whatever bytes a file has, it is read or refused, and nothing else happens', () => {
  const sound = writeSafetensors(new Map([['a.weight', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }], ['b', { shape: [], data: Float32Array.of(7) }]]), { dtype: 'float32', metadata: { architecture: 'x' } });
  const readOrRefused = (bytes: Uint8Array) => {
    try {
      readSafetensors(bytes);
    } catch (error) {
      assert.ok(error instanceof StudioError && error.code === 'unreadable', String(error));
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readOrRefused));
  fc.assert(fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, byte) => readOrRefused(sound.map((old, i) => (i === at ? byte : old)))), { numRuns: 1000 });
  fc.assert(fc.property(fc.nat(sound.length), (length) => readOrRefused(sound.slice(0, length))));
});

test('a tensor called __proto__ is only a name', () => {
  const { tensors } = readSafetensors(file(`{"__proto__":${one}}`, 4));
  assert.deepEqual([...tensors.keys()], ['__proto__']);
  assert.equal(Reflect.get({}, 'dtype'), undefined);
  assert.deepEqual(readSafetensors(writeSafetensors(tensors, { dtype: 'float32' })).tensors, tensors);
});

test('whole numbers are listed, not read', () => {
  const { tensors, others } = readSafetensors(file({ 'bn1.num_batches_tracked': entry([0, 8], [], 'I64'), a: entry([8, 12]) }, 12));
  assert.deepEqual([[...tensors.keys()], others], [['a'], ['bn1.num_batches_tracked']]);
});

test('halves and brain floats widen, doubles round, empty tensors and spaces at the end of the header are fine', () => {
  const data = Buffer.concat([new Uint8Array(Float64Array.of(0.1).buffer), Buffer.from(Uint16Array.of(0x3c00, 0xc040).buffer)]);
  const { tensors } = readSafetensors(file(`${JSON.stringify({ d: entry([0, 8], [1], 'F64'), h: entry([8, 10], [1], 'F16'), b: entry([10, 12], [1], 'BF16'), e: entry([12, 12], [0, 3]) })}   `, data));
  assert.deepEqual([...tensors].map(([name, tensor]) => [name, ...tensor.data]), [['d', Math.fround(0.1)], ['h', 1], ['b', -3], ['e']]);
});

const tensor = fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((product, n) => product * n, 1);
  return fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: length, maxLength: length }).map((numbers): Tensor => ({ shape, data: Float32Array.from(numbers) }));
});
const map: fc.Arbitrary<TensorMap> = fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 40 }).filter((name) => name !== '__metadata__'), tensor), { maxLength: 6 }).map((list) => new Map(list));

test('tensors of any name and shape come back bit for bit, and give the same bytes in any order', () => {
  fc.assert(fc.property(map, fc.dictionary(fc.string(), fc.string()), (tensors, metadata) => {
    const bytes = writeSafetensors(tensors, { dtype: 'float32', metadata });
    const back = readSafetensors(Buffer.from(bytes));
    assert.deepEqual(new Map([...back.tensors].sort()), new Map([...tensors].sort()));
    assert.deepEqual(Object.fromEntries(back.metadata), { ...metadata });
    assert.deepEqual(writeSafetensors(new Map([...tensors].reverse()), { dtype: 'float32', metadata }), bytes);
  }));
});

test('half precision rounds matrices and keeps vectors', () => {
  const tensors: TensorMap = new Map([['w', { shape: [1, 2], data: Float32Array.of(1 / 3, 1000.3) }], ['b', { shape: [2], data: Float32Array.of(1 / 3, 1e6) }]]);
  const bytes = writeSafetensors(tensors, { dtype: 'float16' });
  const back = readSafetensors(bytes).tensors;
  assert.deepEqual([...back.get('w')?.data ?? []], [0.333251953125, 1000.5]);
  assert.deepEqual(back.get('b'), tensors.get('b'));
  assert.deepEqual(writeSafetensors(back, { dtype: 'float16' }), bytes);
  assert.throws(() => writeSafetensors(new Map([['w', { shape: [1, 1], data: Float32Array.of(65505) }]]), { dtype: 'float16' }), { key: 'weights.too-large-for-float16' });
});

test('the tensors of a file do not share its memory', () => {
  const bytes = Buffer.from(writeSafetensors(new Map([['a', { shape: [1], data: Float32Array.of(5) }]]), { dtype: 'float32' }));
  const { tensors } = readSafetensors(bytes);
  bytes.fill(0);
  assert.equal(tensors.get('a')?.data[0], 5);
});
