// Tensors to and from safetensors files. Everything is float32 in memory; a file may hold half precision.
import { sizeOf } from '../tensor.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import { LARGEST_FLOAT16, narrowToFloat16, widenBfloat16, widenFloat16 } from './float16.ts';
import { readHeader, refuse } from './safetensors-header.ts';
import type { Dtype } from './safetensors-header.ts';

export interface SafetensorsFile {
  /** Floating-point tensors, widened or rounded to float32. */
  readonly tensors: TensorMap;
  /** Names of tensors of whole numbers or truth values, such as `num_batches_tracked`: weights have no use for them. */
  readonly others: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads a whole file. The tensors do not share memory with it.
 * @throws StudioError `unreadable`, with the reason in its key (see SafetensorsReason); a number that is not finite is one
 */
export function readSafetensors(file: Uint8Array): SafetensorsFile {
  const { entries, metadata } = readHeader(file);
  const tensors = new Map<string, Tensor>();
  const others: string[] = [];
  for (const [name, { dtype, shape, begin, end }] of entries) {
    // A copy, since the data may begin at any byte and typed arrays may not. Not slice(): a Buffer's shares its memory.
    const data = toFloat32(new Uint8Array(file.subarray(begin, end)).buffer, dtype);
    if (data === null) others.push(name);
    else {
      if (!data.every(Number.isFinite)) refuse('not-finite', 'a weight is infinite or not a number', name);
      tensors.set(name, { shape, data });
    }
  }
  return { tensors, others, metadata };
}

/** Null for kinds that are not floating-point. The platforms that Node runs on are little-endian, as the format is. */
function toFloat32(bytes: ArrayBuffer, dtype: Dtype): Float32Array | null {
  switch (dtype) {
    case 'F32': return new Float32Array(bytes);
    case 'F16': return widenFloat16(new Uint16Array(bytes));
    case 'BF16': return widenBfloat16(new Uint16Array(bytes));
    case 'F64': return Float32Array.from(new Float64Array(bytes));
    default: return null;
  }
}

export interface WriteOptions {
  /** `float16` rounds tensors of rank 2 and more; biases and batch norms stay float32: they are small, and their variances may exceed what half precision holds. */
  readonly dtype: 'float32' | 'float16';
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes a whole file: float32 tensors first, each kind by name, header padded to 8 bytes, as the format's own writer does. The same tensors give the same bytes.
 * @throws StudioError `weights.too-large-for-float16`
 */
export function writeSafetensors(tensors: TensorMap, { dtype, metadata = {} }: WriteOptions): Uint8Array {
  const parts = [...tensors].map(([name, { shape, data }]) => {
    if (data.length !== sizeOf(shape)) throw new Error(`${name}: ${data.length} numbers for shape [${shape}]`);
    const half = dtype === 'float16' && shape.length >= 2;
    if (half && data.some((x) => Math.abs(x) > LARGEST_FLOAT16)) refuse('too-large-for-float16', `a weight is above ${LARGEST_FLOAT16} and cannot be stored in half precision`, name);
    return { name, shape, half, data: half ? narrowToFloat16(data) : data };
  }).sort((a, b) => Number(a.half) - Number(b.half) || (a.name < b.name ? -1 : 1));

  let at = 0;
  // Written entry by entry, since a tensor may be called __proto__.
  const entries = parts.map(({ name, shape, half, data }) => {
    const offsets = [at, at += data.byteLength];
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: half ? 'F16' : 'F32', shape, data_offsets: offsets })}`;
  });
  const json = new TextEncoder().encode(`{${[`"__metadata__":${JSON.stringify(metadata)}`, ...entries].join(',')}}`);
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + at).fill(0x20, 8, 8 + headerLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(json, 8);
  at = 8 + headerLength;
  for (const { data } of parts) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}
