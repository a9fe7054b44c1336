// The figures of the brush, taken in Chromium on large pictures: started by `npm run bench -- brush`. Each line says what was asked, and what it was.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';
import { ensurePart, parts } from '../../build/parts.ts';
import { writeGreyPng } from '../../main/formats/masks/png.ts';
import { stream } from '../../main/random.ts';
import { chromiumOptions } from '../chromium.ts';
import { Host } from '../host.ts';
import { tasksDuring } from './tasks.ts';

const command = fileURLToPath(new URL('../../main/cli/index.ts', import.meta.url));
const cli = (...args: string[]) => execFileSync(process.execPath, [command, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
const strokes = 500;

/** Three pictures of noise: 2,000 x 2,000, the same with 10,000 objects on it, and 4,000 x 4,000. */
async function makeProject(folder: string): Promise<string> {
  const pictures = join(folder, 'pictures'), masks = join(folder, 'masks'), project = join(folder, 'Large masks');
  await mkdir(pictures);
  await mkdir(masks);
  for (const [index, side] of [2000, 2000, 4000].entries()) {
    const draw = stream(index, 'bench/brush'), noise = Float64Array.from({ length: 4096 }, (_, i) => draw.uniform(i));
    await writeFile(join(pictures, `${index}.png`), await writeGreyPng(Uint8Array.from({ length: side * side }, (_, i) => 60 + 120 * noise[(i * 31 + (i >> 7)) & 4095]!), side, side));
  }
  // A hundred rows of a hundred discs, thirteen pixels wide.
  const objects = new Uint16Array(2000 * 2000);
  for (let y = 0; y < 2000; y++) for (let x = 0; x < 2000; x++) if ((x % 20 - 9.5) ** 2 + (y % 20 - 9.5) ** 2 < 42) objects[y * 2000 + x] = Math.floor(y / 20) * 100 + Math.floor(x / 20) + 1;
  await writeFile(join(masks, '1.png'), await writeGreyPng(objects, 2000, 2000));
  cli('create', project, '--task', 'segmentation');
  cli('import', project, pictures, '--labels', masks, '--format', 'masks');
  return project;
}

/** What the page's thread worked on each time, where nothing else counts but its own processor time. */
async function spent(page: Page, name: string, work: () => Promise<void>): Promise<void> {
  const { longest, p99 } = await tasksDuring(page, work), { tasks } = await taken(page);
  console.log(`${name}: processor time of the page's tasks: longest ${ms(longest)}, 99th percentile ${ms(p99)}; elapsed time, other work on the machine counted in: ${tasks.length} tasks above 50 ms${tasks.length ? `, longest ${Math.round(Math.max(...tasks))}` : ''}`);
}

/** Presses a key for each stroke, no faster than a key that is held repeats. @returns seconds until it shows and all is saved */
async function pressed(page: Page, key: string, shown: string): Promise<number> {
  const began = performance.now();
  for (let i = 0; i < strokes; i++) {
    await page.keyboard.press(key);
    await page.waitForTimeout(Math.max(0, began + (i + 1) * 33 - performance.now()));
  }
  await page.getByText(shown).waitFor({ timeout: 300_000 });
  await page.getByText(/^Saved /).waitFor({ timeout: 300_000 });
  return (performance.now() - began) / 1000;
}

interface Taken { readonly handlers: number[]; readonly tasks: number[] }

/** Notes how long every move of the pointer is worked on, drawing included, and every task above 50 ms. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const taken: Taken = { handlers: [], tasks: [] };
    let began = 0;
    addEventListener('pointermove', () => { began = performance.now(); }, { capture: true });
    addEventListener('pointermove', (event) => { if (event.buttons === 1) taken.handlers.push(performance.now() - began); });
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) taken.tasks.push(entry.duration); }).observe({ entryTypes: ['longtask'] });
    Object.assign(globalThis, { taken });
  });
}

/** What was noted since the last time. */
async function taken(page: Page): Promise<Taken> {
  return page.evaluate(() => {
    const { taken: all } = globalThis as unknown as { taken: Taken }; // put there by watch
    return { handlers: all.handlers.splice(0), tasks: all.tasks.splice(0) };
  });
}

const share = (values: readonly number[], part: number) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
const ms = (value: number) => `${value.toFixed(2)} ms`;

async function scribble(page: Page, many: number, steps: number): Promise<void> {
  const draw = stream(7, 'bench/brush/hand'), { width, height, x, y } = (await page.locator('canvas.masks').boundingBox())!;
  const side = Math.min(width, height) * 0.9, at = (i: number) => [x + width / 2 + side * (draw.uniform(2 * i) - 0.5), y + height / 2 + side * (draw.uniform(2 * i + 1) - 0.5)] as const;
  for (let i = 0; i < many; i++) {
    await page.mouse.move(...at(2 * i));
    await page.mouse.down();
    await page.mouse.move(...at(2 * i + 1), { steps });
    await page.mouse.up();
  }
}

async function measure(page: Page, name: string): Promise<void> {
  await page.keyboard.press('b');
  await taken(page);
  let handlers: readonly number[] = [];
  await spent(page, `${name}: 40 strokes`, async () => {
    await scribble(page, 40, 20);
    ({ handlers } = await taken(page));
  });
  console.log(`${name}: handler and drawing, ${handlers.length} moves: median ${ms(share(handlers, 0.5))}, p95 ${ms(share(handlers, 0.95))} (asked: below 8), longest ${ms(Math.max(...handlers))}`);
}

await ensurePart(parts.screens);
const folder = await mkdtemp(join(tmpdir(), 'fovea-brush-')), project = await makeProject(folder), host = new Host(() => project), browser = await chromium.launch(chromiumOptions);
try {
  await host.start();
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.addInitScript(() => { localStorage.setItem('fovea.masks', JSON.stringify({ size: 60, overlap: 'replace' })); });
  await page.goto(host.url);
  await page.getByRole('link', { name: 'Label' }).waitFor({ timeout: 120_000 });
  await page.keyboard.press('Alt+2');
  await page.locator('canvas.masks').waitFor({ timeout: 120_000 });
  await page.waitForTimeout(3000);
  await watch(page);
  await measure(page, '2,000 x 2,000');
  await spent(page, `${strokes} strokes on it`, () => scribble(page, strokes - 40, 4));
  await page.getByText(/^Saved /).waitFor({ timeout: 300_000 });
  const drawn = (await page.getByText(/^\d+ drawn/).first().textContent()) ?? '';
  for (const [name, key, shown] of [['undo', 'z', '0 drawn'], ['redo', 'Shift+Z', drawn]] as const) {
    let seconds = NaN;
    await spent(page, `${name} of ${strokes} strokes`, async () => { seconds = await pressed(page, key, shown); });
    console.log(`${name} of ${strokes} strokes: ${seconds.toFixed(1)} s until all is saved`);
  }

  for (const name of ['2,000 x 2,000 with 10,000 objects', '4,000 x 4,000']) {
    await spent(page, `${name}: opening it`, async () => {
      await page.keyboard.press('ArrowRight');
      await page.waitForTimeout(4000);
    });
    await measure(page, name);
  }
} finally {
  await browser.close();
  await host.end();
  await rm(folder, { recursive: true, force: true });
}
