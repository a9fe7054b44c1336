// Tensors from PyTorch's own files, .pth: state dicts of float32 tensors, read without running anything that stands in them.
import { sizeOf } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { readArchive } from './pth-archive.ts';
import { readPickle } from './pth-pickle.ts';
import { LIMITS, refusePth } from './pth-refusal.ts';
import { isDict } from './pth-values.ts';
import type { Pickled, PickledStorage, PickledTensor } from './pth-values.ts';
import type { SafetensorsFile } from './safetensors.ts';

const startsWith = (file: Uint8Array, bytes: readonly number[]) => bytes.every((byte, i) => file[i] === byte);
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/** Whether a file is PyTorch's, by its first bytes: a ZIP, or the bare pickles of PyTorch before 1.6. */
export function isPth(file: Uint8Array): boolean {
  return startsWith(file, ZIP) || (file[0] === 0x80 && (file[1] ?? 0) >= 2 && (file[1] ?? 0) <= 5 && file[7] !== 0);
}

/**
 * Reads a whole state dict. The tensors do not share memory with the file.
 * @throws StudioError `unreadable`, with the reason in its key (see PthReason)
 */
export function readPth(file: Uint8Array): SafetensorsFile {
  if (!startsWith(file, ZIP)) {
    if (file[0] === 0x80) refusePth('legacy', 'it was saved by a PyTorch before 1.6, in a format that is one long program');
    refusePth('not-archive', 'it is no PyTorch file');
  }
  const archive = readArchive(file);
  if (archive.has('constants.pkl') || [...archive.keys()].some((name) => name.startsWith('code/'))) refusePth('torchscript', 'it is a whole TorchScript program, not a state dict');
  const order = archive.get('byteorder');
  if (order && new TextDecoder().decode(order) !== 'little') refusePth('byte-order', 'its numbers are big-endian');
  const program = archive.get('data.pkl') ?? refusePth('no-pickle', 'it has no data.pkl');

  const tensors = new Map<string, Tensor>();
  const others: string[] = [];
  let bytes = 0;
  for (const [name, tensor] of stateDict(readPickle(program))) {
    const storage = storageBytes(tensor.storage, archive, name);
    checkShape(tensor, name);
    if (tensor.storage.type === 'torch.LongStorage') {
      others.push(name);
      continue;
    }
    // Tensors may share a storage, but together they hold no more than the file: a small file cannot fill the memory.
    bytes += 4 * sizeOf(tensor.shape);
    if (bytes > file.byteLength) refusePth('too-large', 'its tensors hold more numbers than the file', name);
    const data = gather(tensor, storage);
    if (!data.every(Number.isFinite)) refusePth('not-finite', 'a weight is infinite or not a number', name);
    tensors.set(name, { shape: tensor.shape, data });
  }
  return { tensors, others, metadata: new Map() };
}

function stateDict(value: Pickled): readonly (readonly [name: string, tensor: PickledTensor])[] {
  if (!isDict(value)) return refusePth('not-state-dict', 'it holds something else than tensors by name');
  if (value.entries.size > LIMITS.tensors) refusePth('too-large', `it lists ${value.entries.size} tensors`);
  return [...value.entries].map(([name, tensor]) => {
    if (name.length > LIMITS.nameLength) refusePth('name-too-long', 'a name is too long', name);
    if (typeof tensor !== 'object' || tensor?.kind !== 'tensor') return refusePth('not-state-dict', 'it holds something else than tensors by name', name);
    return [name, tensor];
  });
}

function storageBytes({ key, type, count }: PickledStorage, archive: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = archive.get(`data/${key}`) ?? refusePth('missing-storage', 'the numbers of a tensor are missing', name);
  const expected = count * (type === 'torch.FloatStorage' ? 4 : 8);
  if (bytes.byteLength !== expected) refusePth('storage-size', `a storage has ${bytes.byteLength} bytes instead of ${expected}`, name);
  return bytes;
}

function checkShape({ shape, strides, offset, storage }: PickledTensor, name: string): void {
  const size = sizeOf(shape);
  if (shape.length > LIMITS.rank || strides.length !== shape.length || !Number.isSafeInteger(size)) refusePth('bad-shape', 'a shape is impossible', name);
  const last = shape.reduce((index, length, axis) => index + (length - 1) * strides[axis]!, offset);
  if (size > storage.count || (size > 0 && !(last < storage.count))) refusePth('outside-storage', 'a tensor reaches beyond its storage', name);
}

/** The numbers in row-major order, whatever their strides. Platforms that Node runs on are little-endian, as the file is. */
function gather({ shape, strides, offset }: PickledTensor, bytes: Uint8Array): Float32Array {
  const size = sizeOf(shape);
  const rowMajor = shape.every((length, axis) => length === 1 || strides[axis] === sizeOf(shape.slice(axis + 1)));
  // A copy, since the data may begin at any byte and typed arrays may not.
  if (rowMajor) return new Float32Array(new Uint8Array(bytes.subarray(4 * offset, 4 * (offset + size))).buffer);
  const all = new Float32Array(new Uint8Array(bytes).buffer);
  return Float32Array.from({ length: size }, (_, i) => {
    let index = offset, rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return all[index]!;
  });
}
