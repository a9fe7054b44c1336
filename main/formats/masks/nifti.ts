// Reads and writes NIfTI-1 files of one slice of labels, packed with gzip or not: the first axis runs along the rows, the second down the columns.
// https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { LabelRaster } from './raster.ts';

const headerBytes = 348, dataAt = 352, mostBytes = 2 ** 30;
const [packed, unpacked] = [promisify(gzip), promisify(gunzip)];

type Read = (view: DataView, at: number, little: boolean) => number;
/** By NIfTI's number of the kind: bytes of a value, and how it is read. */
const kinds: Readonly<Record<number, { readonly size: number; readonly read: Read }>> = {
  2: { size: 1, read: (view, at) => view.getUint8(at) },
  4: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  8: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  16: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  64: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
  256: { size: 1, read: (view, at) => view.getInt8(at) },
  512: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  768: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
};

/** @throws Error, with a sentence, for what is no slice of whole numbers from 0 up */
export async function readNifti(bytes: Uint8Array): Promise<LabelRaster> {
  const file = bytes[0] === 0x1f && bytes[1] === 0x8b ? await unpacked(bytes, { maxOutputLength: mostBytes }) : bytes;
  if (file.length < headerBytes) throw new Error('The file is too short for NIfTI.');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength), little = view.getInt32(0, true) === headerBytes;
  if (!little && view.getInt32(0, false) !== headerBytes) throw new Error('The file is no NIfTI-1.');
  const dimension = (n: number) => view.getInt16(40 + 2 * n, little);
  const [width, height] = [dimension(1), dimension(2)], slices = Array.from({ length: Math.max(0, dimension(0) - 2) }, (_, i) => Math.max(1, dimension(3 + i))).reduce((a, b) => a * b, 1);
  if (dimension(0) < 2 || width < 1 || height < 1) throw new Error('The NIfTI has no rows and columns.');
  if (slices !== 1) throw new Error(`The NIfTI has ${slices} slices. Give one file per picture, each with one slice.`);
  const kind = kinds[view.getInt16(70, little)];
  if (kind === undefined) throw new Error(`The NIfTI has values of kind ${view.getInt16(70, little)}, which labels do not have.`);
  // A slope of 0 means that values stand as they are.
  const slope = view.getFloat32(112, little), shift = slope === 0 ? 0 : view.getFloat32(116, little), start = Math.round(view.getFloat32(108, little));
  if (start < headerBytes || start + width * height * kind.size > file.length) throw new Error('The NIfTI ends too early. Copy it again.');
  const values = new Uint32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const value = (slope === 0 ? 1 : slope) * kind.read(view, start + i * kind.size, little) + shift;
    if (!Number.isInteger(value) || value < 0) throw new Error(`The NIfTI has the value ${value}; labels are whole numbers from 0 up.`);
    values[i] = value;
  }
  return { width, height, values, kind: 'grey' };
}

/**
 * A slice of bytes, packed.
 * @param spacing millimetres between [rows, columns]; null = not known
 */
export function writeNifti(values: Uint8Array, width: number, height: number, spacing: readonly [number, number] | null): Promise<Uint8Array> {
  const file = new Uint8Array(dataAt + values.length), view = new DataView(file.buffer);
  view.setInt32(0, headerBytes, true);
  [3, width, height, 1, 1, 1, 1, 1].forEach((size, i) => { view.setInt16(40 + 2 * i, size, true); });
  view.setInt16(70, 2, true);
  view.setInt16(72, 8, true);
  [1, spacing?.[1] ?? 1, spacing?.[0] ?? 1, 1].forEach((size, i) => { view.setFloat32(76 + 4 * i, size, true); });
  view.setFloat32(108, dataAt, true);
  view.setFloat32(112, 1, true);
  // Millimetres, where they are known.
  view.setUint8(123, spacing ? 2 : 0);
  file.set(new TextEncoder().encode('n+1'), 344);
  file.set(values, dataAt);
  return packed(file);
}
