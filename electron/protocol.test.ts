import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { answerAddresses } from './protocol.ts';

let scratch = '', ask: (path: string, method?: string) => Promise<Response>;
const asked: unknown[] = [], faults: unknown[] = [];

before(() => {
  scratch = mkdtempSync(join(tmpdir(), 'fovea-protocol-'));
  mkdirSync(join(scratch, 'screens', 'assets'), { recursive: true });
  writeFileSync(join(scratch, 'screens', 'index.html'), '<!doctype html>');
  writeFileSync(join(scratch, 'screens', 'assets', 'a.js'), 'export {};');
  writeFileSync(join(scratch, 'secret.js'), 'outside');
  symlinkSync(join(scratch, 'secret.js'), join(scratch, 'screens', 'link.js'));
  const answer = answerAddresses({
    async picture(project, image, size, window) {
      asked.push([project, image, size, window]);
      if (image === 'none') throw new StudioError('not-found', 'image.none', {}, 'There is no such picture.');
      if (image === 'broken') throw new Error('a fault');
      return { bytes: Uint8Array.of(1, 2, 3), type: 'image/webp', ...(window && { values: { low: 7, high: 900 } }) };
    },
    log: (level) => void faults.push(level),
  }, join(scratch, 'screens'));
  ask = (path, method = 'GET') => answer(new Request(path.includes('://') ? path : `app://fovea${path}`, { method }));
});
after(() => rmSync(scratch, { recursive: true }));

test('the screens are served with the policy of the loopback host', async () => {
  const page = await ask('/');
  assert.equal(await page.text(), '<!doctype html>');
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal((await ask('/assets/a.js')).headers.get('content-type'), 'text/javascript; charset=utf-8');
  for (const answer of [page, await ask('/nothing.js'), await ask('/picture/p/i/thumbnail')]) {
    const policy = answer.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  }
});

test('nothing outside the folder of the screens has an address, by any spelling or link', async () => {
  for (const path of ['/../secret.js', '/%2e%2e/secret.js', '/..%2fsecret.js', '/assets/..%2f..%2fsecret.js', '/%2e%2e%5csecret.js', '/link.js', '//secret.js', '/a.js%00.js', `/${encodeURIComponent(join(scratch, 'secret.js'))}`]) {
    const answer = await ask(path);
    assert.equal(answer.status, 404, path);
    assert.equal(await answer.text(), '');
  }
  assert.equal((await ask('/%zz.js')).status, 400);
});

test('a picture comes by project, id and size, and the studio is asked for nothing else', async () => {
  const answer = await ask('/picture/a%20b/c%2Fd/512');
  assert.deepEqual([...new Uint8Array(await answer.arrayBuffer())], [1, 2, 3]);
  assert.equal(answer.headers.get('content-type'), 'image/webp');
  assert.deepEqual(asked.at(-1), ['a b', 'c/d', 512, null]);
  const before = asked.length;
  for (const path of ['/picture/p/%zz/original', '/picture/p/i/huge', '/picture/p/i/-1', '/picture/p/i', '/picture/p/../i/original']) assert.ok([400, 404].includes((await ask(path)).status), path);
  assert.equal(asked.length, before);
});

test('a window is handed on and answered with the range of the picture; what is none is refused with a sentence', async () => {
  const answer = await ask('/picture/p/i/original?window=-5-40');
  assert.deepEqual([asked.at(-1), answer.headers.get('x-picture-values')], [['p', 'i', 'original', { low: -5, high: 40 }], '7-900']);
  const before = asked.length;
  const refused = await ask('/picture/p/i/original?window=40-5');
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /no window. Give two whole numbers/);
  assert.equal(asked.length, before);
});

test('other hosts, schemes and methods are refused', async () => {
  for (const address of ['app://evil/', 'https://fovea/', 'app://fovea.evil/']) assert.equal((await ask(address)).status, 403, address);
  assert.equal((await ask('/', 'POST')).status, 403);
});

test('a picture that is not there is 404; a fault of ours is 500, told in the log and not to the page', async () => {
  assert.equal((await ask('/picture/p/none/thumbnail')).status, 404);
  assert.deepEqual(faults, []);
  const broken = await ask('/picture/p/broken/thumbnail');
  assert.deepEqual([broken.status, await broken.text(), faults.length], [500, '', 1]);
});
