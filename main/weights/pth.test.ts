// PyTorch files: plain state dicts are read bit for bit, and everything that could do more than hold numbers is refused for its own reason.
import assert from 'node:assert/strict';
import test from 'node:test';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { StudioError } from '#contract/errors.ts';
import type { Tensor } from '../tensor.ts';
import { isPth, readPth } from './pth.ts';
import type { PthReason } from './pth-refusal.ts';
import { writeSafetensors } from './safetensors.ts';
import { pickle, pickledTensor, pthArchive, writePth, zip } from './testing/pth-writer.ts';
import type { PickledTensorOptions } from './testing/pth-writer.ts';

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const four = { 0: floats(1, 2, 3, 4) };
const dictionary = (...items: Buffer[]) => pickle.program(pickle.dictionary(...items));
/** A state dict of one tensor `a`. */
const one = (tensor: PickledTensorOptions, storages: Readonly<Record<string, Uint8Array>> = four) => pthArchive(dictionary(pickle.text('a'), pickledTensor(tensor)), storages);
const square = { count: 4, shape: [2, 2] };
const good = one(square);
/** A program that would run a command in Python. */
const command = (module: string, name: string) => pickle.program(pickle.call(pickle.global(module, name), pickle.tuple(pickle.text('id'))));
const entry = { name: 'archive/data.pkl', data: dictionary() };
/** An archive whose first entry holds, among its bytes, the whole of a second one. */
const inner = zip([{ name: 'archive/data/0', data: floats(1) }]).subarray(0, 64 + 4);
const nested = zip([{ name: 'archive/a', data: inner }, { name: 'archive/data/0', data: floats(1), offset: 64 }]);
const patched = (bytes: Buffer, at: number, ...values: number[]) => {
  const copy = Buffer.from(bytes);
  copy.set(values, at < 0 ? copy.length + at : at);
  return copy;
};

const hostile: readonly [what: string, bytes: Uint8Array, reason: PthReason][] = [
  // the archive
  ['a file of PyTorch before 1.6', Buffer.from('80028a0a6cfc9c46f9206aa850192e8002', 'hex'), 'legacy'],
  ['some other file', Buffer.from('GIF89a'), 'not-archive'],
  ['half an archive', good.subarray(0, good.length / 2), 'truncated'],
  ['an archive without its last byte', good.subarray(0, -1), 'truncated'],
  ['an archive with bytes behind it', Buffer.concat([good, Buffer.alloc(9)]), 'truncated'],
  ['a list that lies outside the file', patched(good, -6, 0xff, 0xff, 0xff, 0x7f), 'truncated'],
  ['a list of one entry less', patched(good, -14, 2, 0, 2, 0), 'truncated'],
  ['one part of several', patched(good, -18, 1), 'truncated'],
  ['sizes of more than four gigabytes', patched(good, -6, 0xff, 0xff, 0xff, 0xff), 'too-large'],
  ['an entry at the end of the file', zip([{ ...entry, offset: 1e6 }]), 'truncated'],
  ['an entry longer than the file', zip([{ ...entry, size: 1e9 }]), 'truncated'],
  ['30,000 entries', patched(good, -14, 0x30, 0x75, 0x30, 0x75), 'too-many-entries'],
  ['an encrypted entry', zip([{ ...entry, flags: 1 }]), 'encrypted'],
  ['a compressed entry', zip([{ ...entry, data: deflateRawSync(Buffer.alloc(1000)), method: 8, size: 1000 }]), 'compressed'],
  ['a stored entry that claims another size when unpacked', patched(zip([entry]), zip([entry]).length - 22 - 46 - entry.name.length + 24, 9), 'compressed'],
  ['an entry above its folder', zip([{ ...entry, name: 'archive/../data.pkl' }]), 'bad-name'],
  ['an absolute name', zip([{ ...entry, name: '/archive/data.pkl' }]), 'bad-name'],
  ['a drive', zip([{ ...entry, name: 'C:/data.pkl' }]), 'bad-name'],
  ['a backslash', zip([{ ...entry, name: 'archive\\data.pkl' }]), 'bad-name'],
  ['a name with a zero byte', zip([{ ...entry, name: 'archive/data.pkl\0.txt' }]), 'bad-name'],
  ['a folder as an entry', zip([{ ...entry, name: 'archive/' }]), 'bad-name'],
  ['no folder', zip([{ ...entry, name: 'data.pkl' }]), 'bad-name'],
  ['two folders', zip([entry, { ...entry, name: 'other/data.pkl' }]), 'bad-name'],
  ['a name that differs in front of the data', zip([{ ...entry, localName: 'archive/data.pk2' }]), 'bad-name'],
  ['one entry twice', zip([entry, entry]), 'duplicate-entry'],
  ['two entries on the same bytes', nested, 'overlap'],
  ['big-endian numbers', pthArchive(dictionary(), {}, [{ name: 'archive/byteorder', data: Buffer.from('big') }]), 'byte-order'],
  ['a TorchScript archive', pthArchive(dictionary(), {}, [{ name: 'archive/constants.pkl', data: Buffer.alloc(4) }]), 'torchscript'],
  ['TorchScript code', pthArchive(dictionary(), {}, [{ name: 'archive/code/__torch__.py', data: Buffer.alloc(4) }]), 'torchscript'],
  ['no program', zip([{ ...entry, name: 'archive/version' }]), 'no-pickle'],
  // the program
  ['os.system', pthArchive(command('os', 'system')), 'forbidden-global'],
  ['builtins.eval', pthArchive(command('builtins', 'eval')), 'forbidden-global'],
  ['a whole module', pthArchive(pickle.program(pickle.global('torchvision.models.alexnet', 'AlexNet'))), 'forbidden-global'],
  ['a name beside an allowed one', pthArchive(command('torch._utils', '_rebuild_parameter')), 'forbidden-global'],
  ['an allowed name split elsewhere', pthArchive(command('torch', '_utils._rebuild_tensor_v3')), 'forbidden-global'],
  ['half-precision numbers', one({ ...square, type: 'HalfStorage' }), 'forbidden-global'],
  ['a call of a storage type', pthArchive(pickle.program(pickle.call(pickle.global('torch', 'FloatStorage'), pickle.tuple(pickle.integer(1e9))))), 'forbidden-call'],
  ['a call of OrderedDict with arguments', pthArchive(pickle.program(pickle.call(pickle.global('collections', 'OrderedDict'), pickle.tuple(pickle.text('a'))))), 'forbidden-call'],
  ['a call of a text', pthArchive(pickle.program(pickle.call(pickle.text('os.system'), pickle.tuple()))), 'forbidden-call'],
  ['a call of a dictionary', pthArchive(pickle.program(pickle.call(pickle.orderedDict, pickle.tuple()))), 'forbidden-call'],
  ['attributes of a name', pthArchive(pickle.program(pickle.global('torch', 'FloatStorage'), Buffer.from('}b'))), 'forbidden-call'],
  ['attributes that are no dictionary', pthArchive(pickle.program(pickle.orderedDict, pickle.text('x'), Buffer.from('b'))), 'forbidden-call'],
  ...(['i', 'o', 'P', '\x81', '\x82', '\x92', '\x93', 'G', 'I', 'S', 'g', 'a', 'e', ']'] as const).map((opcode): [string, Uint8Array, PthReason] =>
    [`the instruction 0x${opcode.charCodeAt(0).toString(16)}`, pthArchive(pickle.program(Buffer.from(opcode, 'latin1'), Buffer.from('os\nsystem\n'))), 'forbidden-opcode']),
  ['protocol 4', pthArchive(Buffer.from([0x80, 4, 0x4e, 0x2e])), 'bad-pickle'],
  ['no instruction at all', pthArchive(Buffer.alloc(0)), 'bad-pickle'],
  ['a program that breaks off', pthArchive(dictionary(pickle.text('a'), pickledTensor(square)).subarray(0, -1), four), 'bad-pickle'],
  ['a text longer than the program', pthArchive(Buffer.from([0x80, 2, 0x58, 0xff, 0xff, 0xff, 0x7f, 0x2e])), 'bad-pickle'],
  ['a text that is not UTF-8', pthArchive(Buffer.from([0x80, 2, 0x58, 1, 0, 0, 0, 0xff, 0x2e])), 'bad-pickle'],
  ['a name without an end', pthArchive(pickle.program(Buffer.from(`c${'x'.repeat(600)}`))), 'bad-pickle'],
  ['an empty stack', pthArchive(pickle.program(Buffer.from('R'))), 'bad-pickle'],
  ['a memo that was never written', pthArchive(pickle.program(Buffer.from('h\x07'))), 'bad-pickle'],
  ['a mark as a value', pthArchive(pickle.program(pickle.mark)), 'bad-pickle'],
  ['values left behind', pthArchive(pickle.program(Buffer.from('NN'))), 'bad-pickle'],
  ['a number of 200 bytes', pthArchive(pickle.program(Buffer.from([0x8a, 200]), Buffer.alloc(200, 0x7f))), 'bad-pickle'],
  ['a stack of 300,000 values', pthArchive(pickle.program(Buffer.alloc(300_000, 'N'))), 'too-large'],
  ['a program of 17 megabytes', pthArchive(pickle.program(Buffer.alloc(17 * 1024 * 1024, 'N'))), 'too-large'],
  ['a storage with a path as its key', one({ ...square, key: '../0' }), 'bad-pickle'],
  ['a storage of a type that is a function', one({ ...square, type: '_utils._rebuild_tensor_v2' }), 'bad-pickle'],
  ['a storage with a negative length', one({ ...square, count: -4 }), 'bad-pickle'],
  ['a negative size', one({ count: 4, shape: [-2, -2] }), 'bad-pickle'],
  ['a negative stride', one({ ...square, offset: 3, strides: [-2, -1] }), 'bad-pickle'],
  // the tensors
  ['a tensor alone', pthArchive(pickle.program(pickledTensor(square)), four), 'not-state-dict'],
  ['a training checkpoint', pthArchive(dictionary(pickle.text('epoch'), pickle.integer(3)), four), 'not-state-dict'],
  ['a state dict inside another', pthArchive(dictionary(pickle.text('state_dict'), pickle.orderedDict), four), 'not-state-dict'],
  ['a number as a name', pthArchive(dictionary(pickle.integer(1), pickledTensor(square)), four), 'not-state-dict'],
  ['one name twice', pthArchive(dictionary(pickle.text('a'), pickledTensor(square), pickle.text('a'), pickledTensor(square)), four), 'duplicate-name'],
  ['a name of 600 letters', pthArchive(dictionary(pickle.text('a'.repeat(600)), pickledTensor(square)), four), 'name-too-long'],
  ['20,001 tensors', pthArchive(dictionary(...Array.from({ length: 20_001 }, (_, i) => [pickle.text(`${i}`), Buffer.from('N')]).flat())), 'too-large'],
  ['numbers that are not there', one(square, {}), 'missing-storage'],
  ['fewer numbers than stated', one(square, { 0: floats(1, 2, 3) }), 'storage-size'],
  ['more numbers than stated', one(square, { 0: floats(1, 2, 3, 4, 5) }), 'storage-size'],
  ['a storage of a terabyte', one({ count: 2 ** 38, shape: [2 ** 19, 2 ** 19] }), 'storage-size'],
  ['nine axes', one({ count: 4, shape: Array<number>(9).fill(1) }), 'bad-shape'],
  ['as many strides as no shape has', one({ ...square, strides: [1] }), 'bad-shape'],
  ['a shape whose product overflows', one({ count: 4, shape: [2 ** 30, 2 ** 30, 2 ** 30], strides: [1, 1, 1] }), 'bad-shape'],
  ['a shape larger than its storage', one({ count: 4, shape: [5] }), 'outside-storage'],
  ['an offset beyond the storage', one({ count: 4, shape: [2], offset: 3 }), 'outside-storage'],
  ['strides beyond the storage', one({ ...square, strides: [3, 1] }), 'outside-storage'],
  ['one number repeated a million times', one({ count: 4, shape: [1e6], strides: [0] }), 'outside-storage'],
  ['one storage behind a thousand tensors', pthArchive(dictionary(...Array.from({ length: 1000 }, (_, i) => [pickle.text(`${i}`), pickledTensor({ count: 1e5, shape: [1e5] })]).flat()), { 0: new Uint8Array(4e5) }), 'too-large'],
  ['a weight that is not a number', one(square, { 0: floats(1, 2, NaN, 4) }), 'not-finite'],
  ['an infinite weight', one(square, { 0: floats(1, 2, Infinity, 4) }), 'not-finite'],
];

for (const [what, bytes, reason] of hostile) {
  test(`refused: ${what}`, () => {
    assert.throws(() => readPth(bytes), (error: unknown) => {
      assert.ok(error instanceof StudioError, String(error));
      assert.deepEqual([error.code, error.key], ['unreadable', `weights.pth-${reason}`], error.message);
      assert.match(error.message, /^This \.pth file is not opened: .*\. [A-Z].*\.$/);
      return true;
    });
  });
}

test('a state dict comes back bit for bit, whatever its tensors', () => {
  const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
  const tensor = shape.chain((sizes) => fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: product(sizes), maxLength: product(sizes) }).map((data): Tensor => ({ shape: sizes, data: Float32Array.from(data) })));
  fc.assert(fc.property(fc.dictionary(fc.string({ maxLength: 20 }), tensor, { maxKeys: 6 }), (drawn) => {
    const tensors = new Map(Object.entries(drawn));
    const file = readPth(writePth(tensors));
    assert.deepEqual(new Map(file.tensors), tensors);
    assert.deepEqual([file.others, file.metadata.size], [[], 0]);
  }));
});

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

test('a transposed tensor, and a part of a storage, are read in row-major order', () => {
  const read = (tensor: PickledTensorOptions) => readPth(one(tensor)).tensors.get('a');
  assert.deepEqual(read({ ...square, strides: [1, 2] }), { shape: [2, 2], data: Float32Array.of(1, 3, 2, 4) });
  assert.deepEqual(read({ count: 4, shape: [2], offset: 1 }), { shape: [2], data: Float32Array.of(2, 3) });
  assert.deepEqual(read({ count: 4, shape: [2], offset: 1, strides: [2] }), { shape: [2], data: Float32Array.of(2, 4) });
  assert.deepEqual(read({ count: 4, shape: [], offset: 3 }), { shape: [], data: Float32Array.of(4) });
});

test('whole numbers are named and left out, a shared storage is read twice, and a comment behind the archive does no harm', () => {
  const counter = pickledTensor({ type: 'LongStorage', key: '1', count: 1, shape: [] });
  const program = dictionary(pickle.text('n'), counter, pickle.text('a'), pickledTensor({ count: 4, shape: [1], offset: 2 }), pickle.text('b'), pickledTensor({ count: 4, shape: [1], offset: 2 }));
  const file = readPth(zip([{ name: 'my net/data.pkl', data: program }, { name: 'my net/data/0', data: four[0] }, { name: 'my net/data/1', data: new Uint8Array(8) }], { comment: 'PK\x05\x06' }));
  assert.deepEqual([file.others, [...file.tensors.keys()], file.tensors.get('b')?.data], [['n'], ['a', 'b'], Float32Array.of(3)]);
});

test('damage of a byte anywhere is refused or leaves a sound file: nothing else is thrown', () => {
  fc.assert(fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
    try {
      readPth(patched(good, at, value));
    } catch (error) {
      assert.ok(error instanceof StudioError, String(error));
    }
  }), { numRuns: 2000 });
});

test('a .pth is told from a safetensors file by its first bytes', () => {
  assert.ok(isPth(good) && isPth(Buffer.from('80028a0a6cfc9c46f920', 'hex')));
  for (let length = 0; length < 2000; length += 100) {
    assert.ok(!isPth(writeSafetensors(new Map([['a', { shape: [1], data: Float32Array.of(1) }]]), { dtype: 'float32', metadata: { text: 'x'.repeat(length) } })));
  }
  // A header of 640 bytes begins with the bytes of a pickle.
  assert.ok(!isPth(Buffer.from('8002000000000000', 'hex')));
});
