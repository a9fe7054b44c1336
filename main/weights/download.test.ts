// Downloads from a server on this machine: they resume, survive broken connections, and never leave wrong bytes in place.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { TestContext } from 'node:test';
import { resourcesFolder } from '../home.ts';
import { downloadEntry, downloadWeights } from './download.ts';
import { locateWeights, presentSha256, readWeights } from './locate.ts';
import { catalogue } from './index.ts';
import type { WeightsEntry } from './index.ts';
import { content, sendFile, serve, sha256, startOf } from './testing/file-server.ts';
import type { Handler, Site } from './testing/file-server.ts';

const scratch = mkdtempSync(join(tmpdir(), 'fovea-download-'));
after(() => rmSync(scratch, { recursive: true }));
let homes = 0;
const newHome = () => join(scratch, String(homes++));

const template = catalogue().find(({ id }) => id === 'resnet18.a1_in1k')!;
const entryFor = (url: string, changes: Partial<WeightsEntry> = {}): WeightsEntry =>
  ({ ...template, id: 'test.weights', bytes: content.length, sha256, location: { kind: 'download', url }, ...changes });

interface Trial {
  readonly home: string;
  readonly entry: WeightsEntry;
  readonly site: Site;
  readonly progress: number[];
  run(options?: { signal?: AbortSignal; patience?: number }): Promise<void>;
  files(): string[];
}

/** One server, one empty home, one entry; closed after the test. */
async function trial(t: TestContext, handler: Handler, changes: Partial<WeightsEntry> = {}): Promise<Trial> {
  const site = await serve(handler);
  t.after(() => site.close());
  const home = newHome();
  const entry = entryFor(site.url, changes);
  const progress: number[] = [];
  return {
    home, entry, site, progress,
    run: (options = {}) => downloadEntry(entry, { home, resources: resourcesFolder, pause: 1, progress: ({ done }) => progress.push(done), ...options }),
    files: () => readdirSync(join(home, 'weights')).sort(),
  };
}

const whole = ['test.weights.json', 'test.weights.safetensors'];

test('a download lies whole in its place with a receipt beside it, and says how far it is', async (t) => {
  const { home, entry, run, files, progress } = await trial(t, (request, response) => sendFile(request, response));
  await run();
  assert.deepEqual(files(), whole);
  assert.ok(readFileSync(join(home, 'weights', 'test.weights.safetensors')).equals(content));
  assert.deepEqual([progress[0], progress.at(-1)], [0, content.length]);
  assert.equal(await presentSha256(entry, { home, resources: resourcesFolder }), sha256);
});

test('a connection that breaks twice is continued where it broke', async (t) => {
  const { site, run, files, home } = await trial(t, (request, response, visit) => sendFile(request, response, { until: visit * 100_000 }));
  await run();
  // What was on its way when the connection broke may be lost, never what had come.
  const [first, second, third] = site.ranges.map(startOf);
  assert.ok(first === 0 && second! > 0 && second! <= 100_000 && third! >= second! && third! <= 200_000, String(site.ranges));
  assert.deepEqual(files(), whole);
  assert.ok(readFileSync(join(home, 'weights', 'test.weights.safetensors')).equals(content));
});

test('a server that keeps breaking off is given up with what came, and the next try continues there', async (t) => {
  let mended = false;
  const { site, run, files, home } = await trial(t, (request, response) => {
    if (mended || request.headers.range === undefined) sendFile(request, response, { until: mended ? Infinity : 120_000 });
    else response.writeHead(503).end();
  });
  await assert.rejects(run(), { code: 'download', key: 'weights.interrupted', message: /0\.\d MB of 0\.3 MB are kept: try again/ });
  assert.deepEqual(files(), ['test.weights.safetensors.part', 'test.weights.safetensors.part.etag']);
  const kept = statSync(join(home, 'weights', 'test.weights.safetensors.part')).size;
  assert.ok(kept > 0 && kept <= 120_000);
  mended = true;
  await run();
  assert.equal(startOf(site.ranges.at(-1)), kept);
  assert.ok(readFileSync(join(home, 'weights', 'test.weights.safetensors')).equals(content));
  assert.deepEqual(files(), whole);
});

test('a part of a file that has changed since is not mixed with the new one', async (t) => {
  const { run, home, site } = await trial(t, (request, response, visit) => (visit === 1
    ? sendFile(request, response, { until: 100_000, bytes: Buffer.alloc(content.length, 1), etag: '"old"' })
    : sendFile(request, response)));
  await run();
  assert.deepEqual(site.ranges.map((range) => range !== null), [false, true]);
  assert.ok(readFileSync(join(home, 'weights', 'test.weights.safetensors')).equals(content));
});

test('a part that is already whole is only checked', async (t) => {
  const { run, home, site, files } = await trial(t, (request, response) => sendFile(request, response));
  mkdirSync(join(home, 'weights'), { recursive: true });
  writeFileSync(join(home, 'weights', 'test.weights.safetensors.part'), content);
  await run();
  assert.deepEqual(site.ranges, ['bytes=300000-']);
  assert.deepEqual(files(), whole);
});

test('a connection that sends nothing more counts as broken', async (t) => {
  const { run, site } = await trial(t, (request, response, visit) => {
    if (visit > 1) return sendFile(request, response);
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 50_000));
  });
  await run({ patience: 1000 });
  assert.deepEqual(site.ranges, [null, 'bytes=50000-']);
});

test('wrong bytes of the right length are removed and named', async (t) => {
  const { run, files } = await trial(t, (request, response) => sendFile(request, response, { bytes: Buffer.alloc(content.length, 9) }));
  await assert.rejects(run(), { code: 'download', key: 'weights.checksum', message: /another checksum.*removed/ });
  assert.deepEqual(files(), []);
});

test('a file of another length is refused before it is fetched, or removed where its length was not stated', async (t) => {
  const longer = await trial(t, (request, response) => sendFile(request, response, { bytes: Buffer.alloc(content.length + 1) }));
  await assert.rejects(longer.run(), { key: 'weights.size' });
  const endless = await trial(t, (_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(Buffer.alloc(65_536)), 1);
    response.on('close', () => clearInterval(timer));
  });
  await assert.rejects(endless.run(), { key: 'weights.size', message: /at most 300000/ });
  const shorter = await trial(t, (_, response) => response.writeHead(200).end(content.subarray(0, 1000)));
  await assert.rejects(shorter.run(), { key: 'weights.size', message: /1000 bytes instead of 300000/ });
  assert.deepEqual(shorter.files(), []);
});

test('where the catalogue has no checksum, the one that the source states is checked and kept', async (t) => {
  const stating = (linked: string, bytes = content): Handler => (request, response) => (request.url === '/cdn'
    ? sendFile(request, response, { bytes })
    : void response.writeHead(302, { location: '/cdn', 'x-linked-etag': `"${linked}"` }).end());
  const unpinned = { sha256: null, exact: false };
  const good = await trial(t, stating(sha256), unpinned);
  await good.run();
  assert.equal(await presentSha256(good.entry, { home: good.home, resources: resourcesFolder }), sha256);
  const bad = await trial(t, stating(sha256, Buffer.alloc(content.length, 9)), unpinned);
  await assert.rejects(bad.run(), { key: 'weights.checksum' });
  assert.equal(await presentSha256(bad.entry, { home: bad.home, resources: resourcesFolder }), null);
});

test('a redirect to an unencrypted address elsewhere, and one without end, are refused', async (t) => {
  const elsewhere = await trial(t, (_, response) => response.writeHead(302, { location: 'http://example.invalid/model' }).end());
  await assert.rejects(elsewhere.run(), { code: 'download', key: 'weights.unsafe', message: /example\.invalid, which is not encrypted/ });
  const circle = await trial(t, (_, response) => response.writeHead(302, { location: '/again' }).end());
  await assert.rejects(circle.run(), { key: 'weights.redirects' });
});

test('a file that is gone is said at once', async (t) => {
  const { run, site } = await trial(t, (_, response) => response.writeHead(404).end('no'));
  await assert.rejects(run(), { code: 'download', key: 'weights.gone', message: /answered 404/ });
  assert.equal(site.ranges.length, 1);
});

test('without a network the person is told what to do', async (t) => {
  const { run, site } = await trial(t, () => {});
  await site.close();
  await assert.rejects(run(), { code: 'download', key: 'weights.offline', message: /cannot be reached.*Check the network connection.*on another machine and name that file/ });
});

test('a download that is stopped keeps what came', async (t) => {
  const { run, files, progress } = await trial(t, (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 50_000));
  });
  const stop = new AbortController();
  const watch = setInterval(() => { if ((progress.at(-1) ?? 0) >= 50_000) stop.abort(); }, 5);
  await assert.rejects(run({ signal: stop.signal }), { code: 'cancelled', key: 'weights.cancelled' });
  clearInterval(watch);
  assert.deepEqual(files(), ['test.weights.safetensors.part']);
});

test('a full disk is a sentence, and the download goes on once there is space', async (t) => {
  const { home, entry, run, site } = await trial(t, (request, response) => sendFile(request, response));
  mkdirSync(home);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', home]).status !== 0) return t.skip('mounting a small file system is not permitted here');
  try {
    writeFileSync(join(home, 'filler'), Buffer.alloc(200_000));
    await assert.rejects(run(), { code: 'storage', key: 'storage.full' });
    rmSync(join(home, 'filler'));
    await run();
    assert.ok(startOf(site.ranges.at(-1)) > 0);
    assert.equal(await presentSha256(entry, { home, resources: resourcesFolder }), sha256);
  } finally {
    spawnSync('umount', [home]);
  }
});

test('two at once: one fetches, the other is told who does; a lock of a process that is gone does not count', async (t) => {
  const { run, home, files } = await trial(t, (request, response) => void setTimeout(() => sendFile(request, response), 100));
  const [first, second] = await Promise.allSettled([run(), run()]);
  const states = [first.status, second.status].sort();
  assert.deepEqual(states, ['fulfilled', 'rejected']);
  const refused = first.status === 'rejected' ? first.reason : second.status === 'rejected' ? second.reason : null;
  assert.match(String(refused), new RegExp(`process ${process.pid}\\) is fetching test.weights`));
  rmSync(join(home, 'weights', 'test.weights.safetensors'));
  // No process has a number this high.
  writeFileSync(join(home, 'weights', 'test.weights.safetensors.lock'), '4194304999');
  await run();
  assert.deepEqual(files(), whole);
});

test('weights that ship or lie here already are not fetched', async () => {
  const places = { home: newHome(), resources: resourcesFolder };
  const located = await downloadWeights('tf_efficientnet_lite0.in1k', places);
  assert.deepEqual(located, await locateWeights('tf_efficientnet_lite0.in1k', places));
  assert.equal((await readWeights(located)).length, 9580032);
  assert.equal(existsSync(places.home), false);
});

test('shipped weights that are missing are a matter of the installation, not of a download', async () => {
  const resources = join(scratch, 'resources');
  mkdirSync(resources);
  copyFileSync(join(resourcesFolder, 'catalogue.json'), join(resources, 'catalogue.json'));
  await assert.rejects(downloadWeights('tf_efficientnet_lite0.in1k', { home: newHome(), resources }), { code: 'unreadable', key: 'weights.not-installed' });
});

test('weights that are not here are named with their size, their source and the way to get them', async () => {
  await assert.rejects(locateWeights('resnet50.a1_in1k', { home: newHome(), resources: resourcesFolder }),
    { code: 'not-found', key: 'weights.not-here', message: /102\.5 MB from https:\/\/huggingface\.co\/timm\/resnet50\.a1_in1k: download them, or name/ });
});

test("a person's own file is located by its path and refused when it changes", async () => {
  const path = join(scratch, 'own.safetensors');
  writeFileSync(path, content);
  const located = await locateWeights(path, { home: newHome(), resources: resourcesFolder });
  assert.deepEqual([located.sha256, located.license, located.preprocessing], [sha256, 'unknown', null]);
  assert.ok(content.equals(await readWeights(located)));
  writeFileSync(path, 'other');
  await assert.rejects(readWeights(located), { code: 'unreadable', key: 'weights.changed' });
  rmSync(path);
  await assert.rejects(readWeights(located), { code: 'not-found', key: 'weights.no-file' });
  await assert.rejects(locateWeights(path, { home: newHome(), resources: resourcesFolder }), { key: 'weights.no-file' });
});
