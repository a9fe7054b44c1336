import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { homeFolder } from '../home.ts';
import { thisMachine, type Machine } from './machine.ts';
import { BINDING, locatePack, MANIFEST, packsFolder, readPack, verifyPack, type PackManifest } from './pack.ts';
import { packRows, packRowsFor } from './packs.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const machine: Machine = { platform: 'linux', arch: 'x64', processor: 'some', flags: new Set(['avx']), cuda: null, threads: 2 };

/** A home with one pack of two small files, as the manifest says. */
async function smallPack(context: TestContext, id = packRowsFor({ ...machine, cuda: false })[0]!.id): Promise<{ home: string; folder: string }> {
  const home = await mkdtemp(join(tmpdir(), 'fovea-pack-'));
  context.after(() => rm(home, { recursive: true }));
  const folder = join(packsFolder(home), id);
  await mkdir(folder, { recursive: true });
  const contents = { [BINDING]: 'binding', 'library.so': 'library' };
  const manifest: PackManifest = {
    format: 1, id, platform: 'linux', arch: 'x64', device: 'cpu', tensorflow: '2.18.1', binding: '4.22.0',
    source: { name: 'wheel', bytes: 1, sha256: sha256('') }, compiler: 'c++',
    files: Object.fromEntries(Object.entries(contents).map(([name, text]) => [name, { bytes: text.length, sha256: sha256(text) }])),
  };
  for (const [name, text] of Object.entries(contents)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, MANIFEST), JSON.stringify(manifest));
  return { home, folder };
}

const damaged = (file: string) => (error: unknown) => error instanceof StudioError && error.key === 'engine.pack-damaged' && error.params['file'] === file;

test('a pack whose files are as its manifest says is found and verified', async (t) => {
  const { home, folder } = await smallPack(t);
  const { pack, reason } = await locatePack(home, machine);
  assert.equal(pack?.folder, folder);
  assert.equal(reason, null);
  assert.equal(pack?.manifestSha256, sha256(await readFile(join(folder, MANIFEST), 'utf8')));
  await verifyPack(pack!);
});

test('a byte that changed, a file that is missing and a manifest that is not one are named', async (t) => {
  const { folder } = await smallPack(t);
  const pack = await readPack(folder);
  await writeFile(join(folder, 'library.so'), 'librarx');
  await assert.rejects(verifyPack(pack), damaged('library.so'));
  await rm(join(folder, 'library.so'));
  await assert.rejects(verifyPack(pack), damaged('library.so'));
  await writeFile(join(folder, MANIFEST), '{"format": 2}');
  await assert.rejects(readPack(folder), damaged(MANIFEST));
});

test('a verified pack is read again only when asked, or when a size, a time or the manifest changed', async (t) => {
  const { folder } = await smallPack(t);
  const pack = await readPack(folder);
  await verifyPack(pack);
  const verified = await readFile(join(folder, 'verified.json'), 'utf8');
  // The memory is believed: with the changed file's own time in it, only `again` sees the change.
  await writeFile(join(folder, 'library.so'), 'librarx');
  await assert.rejects(verifyPack(pack), damaged('library.so'));
  const { mtimeMs } = await stat(join(folder, 'library.so'));
  const memory = JSON.parse(verified) as { files: [string, number, number][] };
  memory.files = memory.files.map(([name, size, time]) => [name, size, name === 'library.so' ? mtimeMs : time]);
  await writeFile(join(folder, 'verified.json'), JSON.stringify(memory));
  await verifyPack(pack);
  await assert.rejects(verifyPack(pack, { again: true }), damaged('library.so'));
});

test('without a pack the reason says how to make one, and no pack is offered where none can run', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'fovea-pack-'));
  t.after(() => rm(home, { recursive: true }));
  assert.match((await locatePack(home, machine)).reason!, /npm run engine/);
  assert.match((await locatePack(home, { ...machine, flags: new Set() })).reason!, /AVX/);
  assert.match((await locatePack(home, { ...machine, platform: 'sunos' })).reason!, /no TensorFlow for sunos/);
});

test('on a machine with an NVIDIA device a processor pack serves, and says what is missed', async (t) => {
  const { home } = await smallPack(t);
  const { pack, reason } = await locatePack(home, { ...machine, cuda: 'NVIDIA A2' });
  assert.equal(pack?.manifest.device, 'cpu');
  assert.match(reason!, /NVIDIA A2 is not used/);
});

test('every row of the table has its own id, which names its version, platform and device', () => {
  assert.equal(new Set(packRows.map(({ id }) => id)).size, packRows.length);
  for (const row of packRows) assert.match(row.id, new RegExp(`^tensorflow-${row.tensorflow}-${row.platform}-${row.arch}-${row.device}-\\d+$`));
  assert.deepEqual(packRowsFor({ platform: 'linux', arch: 'x64', cuda: true }).map(({ device }) => device), ['cuda', 'cpu']);
});

test('the engine pack of this machine computes: 2 + 3 = 5 inside TensorFlow, with the version of its manifest', async (t) => {
  const { pack, reason } = await locatePack(homeFolder(), thisMachine());
  if (pack === null) return t.skip(`no tensorflow engine pack: ${reason}`);
  await verifyPack(pack);
  // In a process of its own: a process has one pack and one thread count.
  const script = `
    const { loadBinding, readPack } = await import(${JSON.stringify(new URL('./pack.ts', import.meta.url).href)});
    const binding = loadBinding(await readPack(process.argv[1]), 1);
    const [a, b] = [2, 3].map((x) => binding.createTensor([1], binding.TF_FLOAT, Float32Array.of(x)));
    const [sum] = binding.executeOp('AddV2', [{ name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }], [a, b], 1);
    let refusal = '';
    try { loadBinding(await readPack(process.argv[1]), 2); } catch (error) { refusal = error.key; }
    console.log(JSON.stringify([binding.tensorDataSync(sum.id)[0], binding.TF_Version, process.env.TF_NUM_INTRAOP_THREADS, refusal]));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, pack.folder], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(stdout || 'null'), [5, pack.manifest.tensorflow, '1', 'engine.loaded-otherwise'], stderr);
});
