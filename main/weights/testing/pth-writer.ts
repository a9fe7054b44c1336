// Writes .pth files byte for byte in the way of torch.save, and in every wrong way that a test wants.
import type { TensorMap } from '../../tensor.ts';

/** An entry of an archive. What is not given is as PyTorch writes it. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  /** Stated sizes and place, where they are to be wrong. */
  readonly size?: number;
  readonly offset?: number;
  /** Name in front of the data, where it is to differ from the one in the list. */
  readonly localName?: string;
}

export function zip(entries: readonly ZipEntry[], { comment = '' } = {}): Buffer {
  const parts: Buffer[] = [], list: Buffer[] = [];
  let at = 0;
  for (const { name, data, method = 0, flags = 0x0808, size = data.length, offset = at, localName = name } of entries) {
    const local = Buffer.alloc(30), own = Buffer.from(localName);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(own.length, 26);
    // PyTorch fills the extra field so that data begin at a multiple of 64.
    const extra = Buffer.alloc((64 - ((at + 30 + own.length) % 64)) % 64);
    local.writeUInt16LE(extra.length, 28);
    parts.push(local, own, extra, Buffer.from(data));
    const listed = Buffer.alloc(46), listedName = Buffer.from(name);
    listed.writeUInt32LE(0x02014b50, 0);
    listed.writeUInt16LE(flags, 8);
    listed.writeUInt16LE(method, 10);
    listed.writeUInt32LE(data.length, 20);
    listed.writeUInt32LE(size, 24);
    if (size !== data.length && method === 0) listed.writeUInt32LE(size, 20);
    listed.writeUInt16LE(listedName.length, 28);
    listed.writeUInt32LE(offset, 42);
    list.push(listed, listedName);
    at += 30 + own.length + extra.length + data.length;
  }
  const directory = Buffer.concat(list), end = Buffer.alloc(22), text = Buffer.from(comment);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(text.length, 20);
  return Buffer.concat([...parts, directory, end, text]);
}

/** Instructions of protocol 2. */
export const pickle = {
  start: Buffer.from([0x80, 2]),
  stop: Buffer.from('.'),
  mark: Buffer.from('('),
  global: (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`),
  text(value: string) {
    const bytes = Buffer.from(value), length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([Buffer.from('X'), length, bytes]);
  },
  integer(value: number) {
    if (Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31) {
      const bytes = Buffer.alloc(5, 'J');
      bytes.writeInt32LE(value, 1);
      return bytes;
    }
    const bytes = Buffer.alloc(10, 0x8a);
    bytes[1] = 8;
    bytes.writeBigInt64LE(BigInt(value), 2);
    return bytes;
  },
  tuple: (...items: readonly Buffer[]) => Buffer.concat([Buffer.from('('), ...items, Buffer.from('t')]),
  call: (callable: Buffer, argument: Buffer) => Buffer.concat([callable, argument, Buffer.from('R')]),
  dictionary: (...items: readonly Buffer[]) => Buffer.concat([pickle.orderedDict, Buffer.from('('), ...items, Buffer.from('u')]),
  get orderedDict() { return pickle.call(pickle.global('collections', 'OrderedDict'), Buffer.from(')')); },
  program: (...parts: readonly Buffer[]) => Buffer.concat([pickle.start, ...parts, pickle.stop]),
} as const;

export interface PickledTensorOptions {
  readonly type?: string;
  readonly key?: string;
  readonly count: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
}

export function pickledTensor({ type = 'FloatStorage', key = '0', count, offset = 0, shape, strides }: PickledTensorOptions): Buffer {
  const rowMajor = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const numbers = (values: readonly number[]) => pickle.tuple(...values.map(pickle.integer));
  const storage = Buffer.concat([pickle.tuple(pickle.text('storage'), pickle.global('torch', type), pickle.text(key), pickle.text('cpu'), pickle.integer(count)), Buffer.from('Q')]);
  return pickle.call(pickle.global('torch._utils', '_rebuild_tensor_v2'),
    pickle.tuple(storage, pickle.integer(offset), numbers(shape), numbers(strides ?? rowMajor), Buffer.from([0x89]), pickle.orderedDict));
}

/** An archive of a program and storages; `entries` come besides. */
export function pthArchive(program: Uint8Array, storages: Readonly<Record<string, Uint8Array>> = {}, entries: readonly ZipEntry[] = []): Buffer {
  return zip([
    { name: 'archive/data.pkl', data: program },
    ...Object.entries(storages).map(([key, data]) => ({ name: `archive/data/${key}`, data })),
    ...entries,
    { name: 'archive/version', data: Buffer.from('3\n') },
  ]);
}

/** A state dict as torch.save writes it, with the versions of modules that PyTorch hangs on it. */
export function writePth(tensors: TensorMap): Buffer {
  const listed = [...tensors];
  const items = listed.flatMap(([name, { shape, data }], i) => [pickle.text(name), pickledTensor({ key: String(i), count: data.length, shape })]);
  const metadata = Buffer.concat([Buffer.from('}'), pickle.text('_metadata'), pickle.orderedDict, Buffer.from('s'), Buffer.from('b')]);
  return pthArchive(pickle.program(pickle.dictionary(...items), metadata),
    Object.fromEntries(listed.map(([, { data }], i) => [String(i), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)])));
}
