import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { homeFolder } from '../home.ts';
import { doctor, openEngine } from './index.ts';
import { thisMachine } from './machine.ts';
import { locatePack } from './pack.ts';
import { probe } from './probing.ts';

async function emptyFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-choose-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

const float32 = { threads: 1, precision: 'float32' } as const;

test('the doctor names every engine, best first, and without a pack says how to make one', async (t) => {
  const reports = await doctor(await emptyFolder(t));
  assert.deepEqual(reports.map(({ id, available, trains }) => [id, available, trains]), [['tensorflow', false, false], ['wasm', true, true], ['onnx', true, false]]);
  assert.match(reports[0]!.reason!, /npm run engine/);
  assert.match(reports[1]!.version!, /^tfjs wasm 4/);
  assert.deepEqual(reports.slice(1).map(({ reason }) => reason), [null, null]);
});

test('the doctor finds the tensorflow engine where its engine pack is', async (t) => {
  const { pack, reason } = await locatePack(homeFolder());
  if (pack === null) return t.skip(`no tensorflow engine pack: ${reason}`);
  const report = (await doctor(homeFolder()))[0]!;
  assert.deepEqual([report.id, report.available, report.trains, report.version], ['tensorflow', true, true, `tensorflow ${pack.manifest.tensorflow}`], report.reason ?? '');
});

test('an engine whose library ends its process, or that says nothing, is reported, and takes nobody with it', async (t) => {
  const folder = await emptyFolder(t);
  const scripted = async (source: string) => {
    const script = join(folder, 'probe.mjs');
    await writeFile(script, source);
    return probe('onnx', folder, pathToFileURL(script));
  };
  const crashed = await scripted('process.stderr.write("illegal instruction"); process.abort();');
  assert.equal(crashed.available, false);
  assert.match(crashed.reason!, /onnx engine does not work here: its process ended with SIGABRT\. .*illegal instruction/s);
  assert.match((await scripted('process.exit(7)')).reason!, /ended with code 7/);
  assert.match((await scripted('console.log("hello")')).reason!, /ended with code 0/);
});

test('to train without a pack wasm opens, with one thread, and the record says why it is not tensorflow', async (t) => {
  const { engine, record } = await openEngine({ engine: 'auto', purpose: 'train', home: await emptyFolder(t), threads: 2, precision: 'float32' });
  assert.deepEqual([engine.id, record.id, record.threads, record.pack, record.processor], ['wasm', 'wasm', 1, null, thisMachine().processor]);
  assert.match(record.reason!, /^tensorflow: .*npm run engine/);
  await engine.close();
});

test('to train with a pack tensorflow opens, and the record names the pack', async (t) => {
  const { pack, reason } = await locatePack(homeFolder());
  if (pack === null) return t.skip(`no tensorflow engine pack: ${reason}`);
  const { engine, record } = await openEngine({ engine: 'auto', purpose: 'train', home: homeFolder(), ...float32 });
  assert.deepEqual([engine.id, record.pack, record.threads], ['tensorflow', pack.manifestSha256, 1]);
  await engine.close();
});

test('inference takes onnx, and an engine that was asked for is taken and said to be', async (t) => {
  const home = await emptyFolder(t);
  const best = await openEngine({ engine: 'auto', purpose: 'infer', home, ...float32 });
  assert.deepEqual([best.engine.id, best.record.reason], ['onnx', null]);
  await best.engine.close();
  const asked = await openEngine({ engine: 'wasm', purpose: 'infer', home, ...float32 });
  assert.deepEqual([asked.engine.id, asked.record.reason], ['wasm', 'wasm was asked for.']);
  await asked.engine.close();
  await assert.rejects(openEngine({ engine: 'tensorflow', purpose: 'train', home, ...float32 }), { code: 'engine', key: 'engine.no-pack' });
});

test('bfloat16 is refused on a processor without it, and needs tensorflow on one with it', async (t) => {
  const choice = { engine: 'auto', purpose: 'train', home: await emptyFolder(t), threads: 1, precision: 'bfloat16' } as const;
  await assert.rejects(openEngine(choice, { ...thisMachine(), flags: new Set(['avx', 'avx512f']) }), { code: 'refused', key: 'engine.no-bfloat16' });
  await assert.rejects(openEngine(choice, { ...thisMachine(), flags: null }), { code: 'refused' });
  await assert.rejects(openEngine(choice, { ...thisMachine(), flags: new Set(['avx', 'avx512_bf16']) }), { code: 'engine', key: 'engine.none' });
});
