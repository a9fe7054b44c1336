// Reads single entries out of a ZIP archive (a Python wheel is one), so that no unzip program is needed.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';

/** One line of the central directory. Sizes in bytes. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

const END = Buffer.from('504b0506', 'hex');
const LARGEST_END = 22 + 0xffff;

/** The central directory. ZIP64 is not read: wheels stay far below 4 GB. */
export async function readZipDirectory(path: string): Promise<ZipEntry[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, LARGEST_END));
    await file.read(tail, 0, tail.length, size - tail.length);
    const end = tail.lastIndexOf(END);
    if (end < 0) throw new Error(`${path} is not a ZIP archive`);
    const directory = Buffer.alloc(tail.readUInt32LE(end + 12));
    await file.read(directory, 0, directory.length, tail.readUInt32LE(end + 16));
    const entries: ZipEntry[] = [];
    for (let at = 0; at < directory.length;) {
      if (directory.readUInt32LE(at) !== 0x02014b50) throw new Error(`the directory of ${path} is damaged`);
      const nameLength = directory.readUInt16LE(at + 28);
      entries.push({
        name: directory.toString('utf8', at + 46, at + 46 + nameLength),
        method: directory.readUInt16LE(at + 10),
        crc32: directory.readUInt32LE(at + 16),
        packedSize: directory.readUInt32LE(at + 20),
        size: directory.readUInt32LE(at + 24),
        offset: directory.readUInt32LE(at + 42),
      });
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    return entries;
  } finally {
    await file.close();
  }
}

/** Writes one entry to `destination`, making its folder. @throws when its bytes differ from the directory's size or CRC */
export async function extractZipEntry(path: string, entry: ZipEntry, destination: string): Promise<void> {
  const header = Buffer.alloc(30);
  const file = await open(path);
  try {
    await file.read(header, 0, header.length, entry.offset);
  } finally {
    await file.close();
  }
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  let crc = 0, bytes = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await mkdir(dirname(destination), { recursive: true });
  const source = createReadStream(path, { start, end: start + Math.max(entry.packedSize, 1) - 1, highWaterMark: 1 << 20 });
  const sink = createWriteStream(destination);
  if (entry.method === 8) await pipeline(source, createInflateRaw({ chunkSize: 1 << 20 }), check, sink);
  else await pipeline(source, check, sink);
  if (bytes !== entry.size || crc !== entry.crc32) throw new Error(`${entry.name} in ${path} is damaged`);
}
