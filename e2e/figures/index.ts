// The figures of the screens, taken in Chromium on a large project: started by `npm run bench -- screens`. Each line says what was asked, and what it was.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { ensurePart, parts } from '../../build/parts.ts';
import { loopbackLink } from '../../main/host/loopback-link.ts';
import { chromiumOptions } from '../chromium.ts';
import { Host } from '../host.ts';
import { firstLoad } from './bundle.ts';
import { estimateAgainstRun } from './estimate.ts';
import { firstPaint, scrollThrough } from './grid.ts';
import { killAtRandom } from './kills.ts';
import { labelAll, labelAtEase, labelOneByOne } from './labelling.ts';
import { manyPictures } from './pictures.ts';
import { record } from './recorder.ts';
import { tasksDuring } from './tasks.ts';

const { values } = parseArgs({ options: { pictures: { type: 'string', default: '10000' }, labels: { type: 'string', default: '1000' }, kills: { type: 'string', default: '20' }, project: { type: 'string' } } });
// --project: a project that is there already, of which a copy is worked on.
const pictures = Number(values.pictures), labels = Number(values.labels), kills = Number(values.kills);

const say = (what: string, measured: string, asked = '') => console.log(`${what.padEnd(58)} ${measured.padEnd(46)} ${asked}`);
const off = (told: number, took: number) => `${told < took ? '-' : '+'}${(Math.abs(told / took - 1) * 100).toFixed(0)} %`;
const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;

await ensurePart(parts.screens);
const work = mkdtempSync(join(tmpdir(), 'fovea-figures-'));
let host: Host | undefined;
const browser = await chromium.launch(chromiumOptions);
try {
  const began = performance.now();
  const project = join(work, 'project');
  if (values.project === undefined) await manyPictures(work, pictures);
  else cpSync(values.project, project, { recursive: true });
  if (values.project === undefined) say(`${pictures} pictures drawn and imported`, `${((performance.now() - began) / 1000).toFixed(0)} s`);
  host = new Host(() => project);
  await host.start();

  const { bytes, files } = await firstLoad(browser, host.url);
  say('page, scripts and styles of the first load', `${(bytes / 1000).toFixed(0)} kB gzipped in ${files} files`, '< 400 kB');

  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  await record(page);
  await page.goto(host.url);
  await page.getByRole('option').first().waitFor();
  say('grid, first paint with thumbnails', ms(await firstPaint(page)), '< 1500 ms');
  say('longest task of the page meanwhile', `${ms((await tasksDuring(page, async () => { await firstPaint(page); })).longest)} of processor time`);
  const fresh = await scrollThrough(page);
  say('longest frame while scrolling end to end, thumbnails new', `${ms(fresh.longest)} (95 % below ${ms(fresh.usual)}; ${fresh.tiles} tiles at most)`, '< 60 ms');
  const again = await scrollThrough(page);
  say('the same once more', `${ms(again.longest)} (95 % below ${ms(again.usual)})`, '< 60 ms');
  say('longest task of the page meanwhile', `${ms((await tasksDuring(page, async () => { await scrollThrough(page); })).longest)} of processor time`);

  await page.keyboard.press('Alt+2');
  await page.getByRole('heading', { name: 'This picture' }).waitFor();
  await twoClasses();
  const one = await labelOneByOne(page, labels);
  say('label key to durable acknowledgement', `median ${ms(one.durable.median)}, p95 ${ms(one.durable.p95)} over ${one.durable.n}`, 'p95 < 20 ms');
  say('label key to paint', `median ${ms(one.painted.median)}, p95 ${ms(one.painted.p95)}`);

  const link = await loopbackLink(host.door);
  const { id: projectId } = await link.call('project.open', { folder: project });
  await link.call('split.make', { projectId, options: {} });
  const { told, took } = await estimateAgainstRun(link, projectId, { strategy: 'lp-ft', values: { epochs: 5, patience: 5 } });
  say('time of a run: told, and taken', `${told.seconds.toFixed(1)} s and ${took.seconds.toFixed(1)} s, ${off(told.seconds, took.seconds)}`, 'error reported');
  say('memory of a run: told, and taken', `${(told.memory / 1e6).toFixed(0)} MB and ${(took.memory / 1e6).toFixed(0)} MB, ${off(told.memory, took.memory)}`, 'error reported');
  const { runId } = await link.call('run.start', { projectId, options: { strategy: 'fine-tune', values: { epochs: 500, patience: 0 } } });
  await new Promise<void>((done) => link.on((push) => { if (push.type === 'run.event' && push.event.body.type === 'progress' && push.event.body.what === 'Training') done(); }));
  const beside = await labelAtEase(page, 300, 150);
  say('label key to paint while a run trains', `median ${ms(beside.painted.median)}, p95 ${ms(beside.painted.p95)} over ${beside.painted.n}`, 'p95 < 100 ms');
  say('label key to durable acknowledgement while a run trains', `median ${ms(beside.durable.median)}, p95 ${ms(beside.durable.p95)}`);
  link.close();

  const killed = await killAtRandom(page, host, projectId, runId, kills);
  say(`${killed.kills.host} kills of the host, ${killed.kills.job} of its job, in labelling and training`,
    `${killed.lost.changes} of ${killed.acknowledged.changes} labels lost, ${killed.lost.epochs} of ${killed.acknowledged.epochs} epochs; page recovered ${killed.recovered} of ${kills}`, '0 lost');

  const ending = await loopbackLink(host.door);
  for (const job of await ending.call('job.list', { projectId })) if (job.status === 'running' || job.status === 'queued') await ending.call('job.kill', { projectId, jobId: job.id });
  ending.close();
  say(`one class for all ${pictures} pictures, until it is durable`, ms(await labelAll(page)));

  /** Two classes through the screens. */
  async function twoClasses(): Promise<void> {
    for (const name of ['round', 'long']) {
      await page.keyboard.press('n');
      await page.getByLabel('Name').fill(name);
      await page.getByRole('button', { name: 'Add class' }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
  }
} finally {
  await browser.close();
  await host?.end();
  rmSync(work, { recursive: true, force: true });
}
