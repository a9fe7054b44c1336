import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { crc32, deflateRawSync } from 'node:zlib';
import { packsFolder } from '../../main/engines/pack.ts';
import { packRows, type PackRow } from '../../main/engines/packs.ts';
import { fetchArchive } from './archive.ts';
import { ensurePack } from './ensure.ts';
import { sweepPartialPacks } from './make.ts';
import { CannotMakePack, findTools } from './tools.ts';
import { extractZipEntry, readZipDirectory } from './zip.ts';

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'fovea-engine-'));
  context.after(() => rm(path, { recursive: true }));
  return path;
}

/** A ZIP archive by the book (PKWARE APPNOTE 4.3), one entry deflated and one stored. */
function zip(files: readonly { readonly name: string; readonly text: string; readonly method: 0 | 8 }[]): Buffer {
  const parts: Buffer[] = [], directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, method } of files) {
    const raw = Buffer.from(text), data = method === 8 ? deflateRawSync(raw) : raw;
    const shared = Buffer.alloc(26); // from "version needed" to "extra length"
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(method, 4);
    shared.writeUInt32LE(crc32(raw), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(raw.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    parts.push(Buffer.from('504b0304', 'hex'), shared, Buffer.from(name), data);
    directory.push(Buffer.from('504b01021400', 'hex'), shared, place, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const listed = Buffer.concat(directory), end = Buffer.alloc(18);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, listed, Buffer.from('504b0506', 'hex'), end]);
}

test('entries of a ZIP archive come out as they went in, stored or deflated, and a damaged one is refused', async (t) => {
  const work = await folder(t);
  const path = join(work, 'wheel.zip');
  const files = [{ name: 'lib/a.so', text: 'library '.repeat(5000), method: 8 }, { name: 'b.h', text: 'header', method: 0 }] as const;
  const bytes = zip(files);
  await writeFile(path, bytes);
  const entries = await readZipDirectory(path);
  assert.deepEqual(entries.map(({ name, size }) => [name, size]), files.map(({ name, text }) => [name, text.length]));
  for (const [i, { name, text }] of files.entries()) {
    await extractZipEntry(path, entries[i]!, join(work, 'out', name));
    assert.equal(await readFile(join(work, 'out', name), 'utf8'), text);
  }
  bytes[bytes.indexOf('header')]! ^= 1;
  await writeFile(path, bytes);
  await assert.rejects(extractZipEntry(path, entries[1]!, join(work, 'out', 'b.h')), /b\.h .* is damaged/);
  await writeFile(path, 'not an archive');
  await assert.rejects(readZipDirectory(path), /not a ZIP archive/);
});

test('on a machine without python3 and compiler the reason names both, and wasm serves', async (t) => {
  await assert.rejects(findTools({ PATH: await folder(t) }), (error: unknown) => error instanceof CannotMakePack && /python3 and a C\+\+ compiler/.test(error.message));
});

test('`npm run engine` ends with 1 and the reason where no pack can be made, and leaves nothing behind', async (t) => {
  const home = await folder(t), empty = await folder(t);
  const script = fileURLToPath(new URL('./index.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', env: { PATH: empty, FOVEA_HOME: home } });
  assert.equal(status, 1);
  assert.match(stderr, /No tensorflow engine: .*\. The wasm engine serves\./);
  assert.deepEqual(await readdir(packsFolder(home)), []);
});

test('a pip that hands over another file than the pinned one is refused, and nothing half stays', async (t) => {
  const home = await folder(t), programs = await folder(t);
  const row = packRows.find(({ id }) => id.includes(`${process.platform}-${process.arch}-cpu`));
  if (row?.source.kind !== 'wheel') return t.skip('this platform takes no wheel');
  // The programs only have to answer: the download is the thing under test.
  await writeFile(join(programs, 'python3'), '#!/bin/sh\nwhile [ $# -gt 0 ]; do if [ "$1" = --dest ]; then echo changed > "$2/x.whl"; fi; shift; done\n');
  await writeFile(join(programs, 'c++'), '#!/bin/sh\necho compiler\n');
  for (const name of ['python3', 'c++']) await chmod(join(programs, name), 0o755);
  const script = fileURLToPath(new URL('./index.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', env: { PATH: `${programs}:/usr/bin:/bin`, FOVEA_HOME: home } });
  assert.equal(status, 1);
  assert.match(stderr, /x\.whl is not the pinned file/);
  assert.deepEqual(await readdir(packsFolder(home)), []);
});

test('what a killed build left is swept, what a running one writes is not', async (t) => {
  const packs = await folder(t);
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  for (const pid of [gone, process.pid]) await mkdir(join(packs, `.partial-${pid}-tensorflow`));
  await mkdir(join(packs, 'tensorflow'));
  await sweepPartialPacks(packs);
  assert.deepEqual((await readdir(packs)).sort(), [`.partial-${process.pid}-tensorflow`, 'tensorflow']);
});

test('a platform without TensorFlow gets its reason and no attempt', async (t) => {
  const home = await folder(t);
  const machine = { platform: 'freebsd', arch: 'x64', processor: 'some', flags: null, cuda: null, threads: 1 };
  assert.deepEqual(await ensurePack(home, { progress: () => assert.fail('nothing to do'), machine }), { available: false, reason: 'There is no TensorFlow for freebsd on x64.' });
  assert.equal(existsSync(packsFolder(home)), false);
});

test('an official archive is fetched only under its pinned checksum, and its links become files', async (t) => {
  const work = await folder(t);
  const tree = join(work, 'tree');
  await mkdir(join(tree, 'lib'), { recursive: true });
  await mkdir(join(tree, 'include', 'tensorflow'), { recursive: true });
  await writeFile(join(tree, 'lib', 'libtensorflow.so.2.18.0'), 'library');
  await symlink('libtensorflow.so.2.18.0', join(tree, 'lib', 'libtensorflow.so.2'));
  await writeFile(join(tree, 'include', 'tensorflow', 'c_api.h'), 'header');
  spawnSync('tar', ['-czf', join(work, 'lib.tar.gz'), '-C', tree, 'lib', 'include']);
  const bytes = await readFile(join(work, 'lib.tar.gz'));
  const server = createServer((_request, response) => response.end(bytes)).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lib.tar.gz`;
  const row: PackRow = { ...packRows[0]!, libraries: ['libtensorflow.so.2'] };
  const fetchTo = async (name: string, sha256: string | null) => {
    const folders = { work: join(work, name), out: join(work, `${name}-out`), include: join(work, `${name}-include`) };
    await mkdir(folders.out);
    return fetchArchive(row, { kind: 'archive', url, sha256 }, folders, () => undefined);
  };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  assert.deepEqual(await fetchTo('good', sha256), { name: 'lib.tar.gz', bytes: bytes.length, sha256 });
  assert.equal(await readFile(join(work, 'good-out', 'libtensorflow.so.2'), 'utf8'), 'library');
  assert.equal(await readFile(join(work, 'good-include', 'tensorflow', 'c_api.h'), 'utf8'), 'header');
  await assert.rejects(fetchTo('unpinned', null), CannotMakePack);
  await assert.rejects(fetchTo('changed', '0'.repeat(64)), /not the pinned file/);
});
