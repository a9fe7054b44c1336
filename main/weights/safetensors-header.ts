// The header of a safetensors file, read as strictly as the format's own reader does, with limits of our own: a file from anywhere may be opened.
import { StudioError } from '#contract/errors.ts';

/** Why a file was refused; the key of the error is `weights.<reason>`. */
export type SafetensorsReason =
  | 'too-short' | 'header-too-large' | 'header-outside-file' | 'header-start' | 'header-not-utf8' | 'header-not-json' | 'duplicate-name'
  | 'too-many-tensors' | 'name-too-long' | 'bad-metadata' | 'bad-entry' | 'bad-dtype' | 'bad-shape' | 'bad-offsets' | 'size-overflow' | 'size-mismatch'
  | 'hole-or-overlap' | 'wrong-length' | 'not-finite' | 'too-large-for-float16';

export const LIMITS = { headerBytes: 16 * 1024 * 1024, tensors: 20_000, rank: 8, dimension: 2 ** 31 - 1, nameLength: 512 } as const;

const bytesOf = { BOOL: 1, U8: 1, I8: 1, I16: 2, U16: 2, F16: 2, BF16: 2, I32: 4, U32: 4, F32: 4, F64: 8, I64: 8, U64: 8 } as const;
export type Dtype = keyof typeof bytesOf;

export interface Entry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Bytes from the start of the file. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly metadata: ReadonlyMap<string, string>;
}

export function refuse(reason: SafetensorsReason, detail: string, name = ''): never {
  throw new StudioError('unreadable', `weights.${reason}`, { detail, name },
    `This is not a sound safetensors file: ${detail}${name ? ` (tensor ${name.slice(0, 80)})` : ''}. Get the file again from its source.`);
}

/**
 * Layout: 8 bytes length N of the header (little-endian), N bytes JSON, data. Tensors must cover the data without holes and overlaps.
 * Specification: github.com/huggingface/safetensors.
 * @throws StudioError `unreadable` with the reason in its key
 */
export function readHeader(file: Uint8Array): Header {
  if (file.byteLength < 8) refuse('too-short', 'it has fewer than 8 bytes');
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(LIMITS.headerBytes)) refuse('header-too-large', `its header claims ${length} bytes`);
  const dataStart = 8 + Number(length);
  if (length < 2n || dataStart > file.byteLength) refuse('header-outside-file', 'its header does not end inside the file');

  const entries = new Map<string, Entry>();
  let metadata: ReadonlyMap<string, string> = new Map();
  const listed = Object.entries(headerObject(file.subarray(8, dataStart)));
  if (listed.length > LIMITS.tensors) refuse('too-many-tensors', `it lists ${listed.length} tensors`);
  for (const [name, value] of listed) {
    if (name === '__metadata__') metadata = readMetadata(value);
    else entries.set(name, readEntry(name, value, dataStart));
  }

  let at = dataStart;
  for (const [name, { begin, end }] of [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) refuse('hole-or-overlap', 'its tensors leave holes or overlap', name);
    at = end;
  }
  if (at !== file.byteLength) refuse('wrong-length', `its tensors end at byte ${at} of ${file.byteLength}`);
  return { entries, metadata };
}

function headerObject(bytes: Uint8Array): object {
  if (bytes[0] !== 0x7b) refuse('header-start', 'its header does not begin with {');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('header-not-utf8', 'its header is not UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('header-not-json', 'its header is not JSON');
  }
  const twice = duplicateKey(text);
  if (twice !== null) refuse('duplicate-name', 'its header names something twice', twice);
  // It begins with { and is JSON.
  return value as object;
}

/** The first key that an object of the text has twice: JSON.parse keeps the last one in silence. The text must be JSON. */
function duplicateKey(text: string): string | null {
  /** Keys of the open objects; null for arrays. */
  const open: (Set<string> | null)[] = [];
  let keyComes = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      const start = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      if (!keyComes) continue;
      const key = String(JSON.parse(text.slice(start, i + 1)));
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
      keyComes = false;
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null);
      keyComes = character === '{';
    } else if (character === '}' || character === ']') {
      open.pop();
      keyComes = false;
    } else if (character === ',') keyComes = open.at(-1) !== null;
  }
  return null;
}

function readMetadata(value: unknown): ReadonlyMap<string, string> {
  if (!isObject(value)) return refuse('bad-metadata', 'its __metadata__ is not an object');
  return new Map(Object.entries(value).map(([key, text]) => (typeof text === 'string' ? [key, text] : refuse('bad-metadata', 'its __metadata__ holds something else than text'))));
}

function readEntry(name: string, value: unknown, dataStart: number): Entry {
  if (name.length > LIMITS.nameLength) refuse('name-too-long', 'a name is too long', name);
  if (!isObject(value)) return refuse('bad-entry', 'an entry is not an object', name);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) return refuse('bad-dtype', `its numbers are of the kind ${String(dtype).slice(0, 20)}`, name);
  if (!isCounts(shape) || shape.length > LIMITS.rank || shape.some((size) => size > LIMITS.dimension)) return refuse('bad-shape', 'a shape is impossible', name);
  const [begin, end, ...more] = isCounts(offsets) ? offsets : [];
  if (begin === undefined || end === undefined || more.length > 0 || end < begin) return refuse('bad-offsets', 'its offsets are impossible', name);
  let bytes: number = bytesOf[dtype];
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) refuse('size-overflow', 'a shape is larger than any file', name);
  }
  if (end - begin !== bytes) refuse('size-mismatch', `a shape needs ${bytes} bytes and has ${end - begin}`, name);
  return { dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(bytesOf, value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0));
}
