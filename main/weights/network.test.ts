// The network switch and its log: what was asked is kept in order, and off means off.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { downloadEntry } from './download.ts';
import { catalogue } from './index.ts';
import { allowNetwork, logRequest, networkState, requireNetwork } from './network.ts';
import { content, sendFile, serve, sha256 } from './testing/file-server.ts';

const home = (t: { after(work: () => void): void }) => {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-network-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
};
const template = catalogue().find(({ location }) => location.kind === 'download')!;

test('every request is logged with what it was for, newest first, and a torn line loses only itself', async (t) => {
  const folder = home(t);
  assert.deepEqual(await networkState(folder), { allowed: true, requests: [] });
  const request = (what: string, status: number | null) => ({ at: '2026-01-01T00:00:00.000Z', what, url: 'https://example.org/a', status });
  await logRequest(folder, request('first', 200));
  appendFileSync(join(folder, 'network.log'), '{"at":"2026-\n');
  await logRequest(folder, request('second', null));
  assert.deepEqual((await networkState(folder)).requests.map(({ what, status }) => [what, status]), [['second', null], ['first', 200]]);
});

test('a download is in the log, and with the switch off no request is made', async (t) => {
  const folder = home(t), site = await serve((request, response) => sendFile(request, response));
  t.after(() => site.close());
  const entry = { ...template, id: 'test.weights', bytes: content.length, sha256, location: { kind: 'download' as const, url: site.url } };
  await allowNetwork(folder, false);
  await assert.rejects(downloadEntry(entry, { home: folder, resources: '' }), { key: 'network.off' });
  assert.equal((await networkState(folder)).requests.length, 0);
  await allowNetwork(folder, true);
  await downloadEntry(entry, { home: folder, resources: '' });
  assert.deepEqual((await networkState(folder)).requests.map(({ what, url, status }) => [what, url, status]), [['test.weights', site.url, 200]]);
});

test('a switch that cannot be read forbids', async (t) => {
  const folder = home(t);
  writeFileSync(join(folder, 'network.json'), 'broken');
  await assert.rejects(requireNetwork(folder, 'x'), { code: 'refused' });
});
