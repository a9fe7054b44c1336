// A window of a picture with 16 bits, from the address to the pixels, over the loopback host.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ErrorRecord } from '#contract/errors.ts';
import { ImportOptions } from '#contract/import.ts';
import { ImageFilter } from '#contract/overview.ts';
import { readValues, VALUES_HEADER } from '#contract/picture-window.ts';
import { decode } from '../images/index.ts';
import { uncompressedTiff } from '../images/testing/tiff.ts';
import { createStudio } from '../studio.ts';
import type { Studio } from '../studio.ts';
import type { Loopback } from './loopback.ts';
import { nodePlatform } from './node-platform.ts';
import { serveStudio } from './serve-studio.ts';

const scratch = mkdtempSync(join(tmpdir(), 'fovea-window-'));
let studio: Studio, host: Loopback, address: string;

before(async () => {
  const platform = nodePlatform({ home: join(scratch, 'home') });
  studio = await createStudio(platform);
  host = await serveStudio(studio, platform);
  mkdirSync(join(scratch, 'pictures'));
  // 12 bits of 16, as scanners write: 1000 to 1255, each 16 times.
  writeFileSync(join(scratch, 'pictures', 'scan.tif'), uncompressedTiff({ width: 64, height: 64, channels: 1, data: Uint16Array.from({ length: 4096 }, (_, at) => 1000 + (at >> 4)) }));
  const { id: projectId } = await studio.handlers['project.create']({ folder: join(scratch, 'project'), name: 'scans', task: 'classification' });
  const ended = new Promise<void>((done) => studio.subscribe((push) => { if (push.type === 'job.changed' && push.job.status === 'finished') done(); }));
  await studio.handlers['image.import']({ projectId, options: ImportOptions.parse({ paths: [join(scratch, 'pictures')] }) });
  await ended;
  const [imageId] = await studio.handlers['image.ids']({ projectId, filter: ImageFilter.parse({}) });
  address = `/picture/${projectId}/${imageId ?? assert.fail()}`;
});
after(async () => {
  await host.close();
  await studio.close();
  rmSync(scratch, { recursive: true });
});

const ask = (path: string) => fetch(host.origin + path, { headers: { cookie: `fovea-${new URL(host.origin).port}=${host.token}` } });

test('a picture with 16 bits comes with its range, exactly in the window that is asked for, and is kept by the browser', async () => {
  const whole = await ask(`${address}/original`);
  assert.deepEqual(readValues(whole.headers.get(VALUES_HEADER) ?? ''), { low: 1000, high: 1255 });
  const narrow = await ask(`${address}/original?window=1100-1110`);
  assert.deepEqual([narrow.status, narrow.headers.get('content-type'), narrow.headers.get(VALUES_HEADER)], [200, 'image/png', '1000-1255']);
  assert.match(narrow.headers.get('cache-control') ?? '', /immutable/);
  const { data } = await decode(await narrow.bytes());
  assert.deepEqual([...data.filter((_, at) => at % 16 === 0).slice(99, 112)], [0, 0, 26, 51, 77, 102, 128, 153, 179, 204, 230, 255, 255]);
});

test('a window may begin below nought, and is taken at a number of pixels too', async () => {
  const small = await ask(`${address}/32?window=-1000-3000`);
  const { width, data } = await decode(await small.bytes());
  // 1000 lies at half of it and 1255 at 0.564; a resampler may go a little beyond.
  assert.deepEqual([width, Math.min(...data) >= 127, Math.max(...data) <= 145], [32, true, true]);
});

test('what is no window is refused with a sentence', async () => {
  for (const window of ['', '5', '5-5', '9-3', '1.5-3', 'a-b', '0-65536-1', '-65536-0', '0-131071', '0-1e3', '%00-1', '0-9999999', 'x'.repeat(5000)]) {
    const answer = await ask(`${address}/original?window=${window}`);
    // What the host sends for any refusal.
    const { error } = (await answer.json()) as { error: ErrorRecord };
    assert.deepEqual([answer.status, error.key], [400, 'picture.window'], window);
    assert.match(error.message, /Give two whole numbers between -65535 and 131070/);
    assert.ok(error.message.length < 200);
  }
  const answer = await ask(`${address}/thumbnail?window=0-9`);
  assert.deepEqual([answer.status, ((await answer.json()) as { error: ErrorRecord }).error.key], [400, 'picture.window-size']);
});
