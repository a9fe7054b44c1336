// `npm run screenshots [name ...]`: every screen of the sample project, light and dark, 1280 x 800 and 1920 x 1080, full, empty and in trouble, into dist/screenshots.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';
import { chromiumOptions } from '../e2e/chromium.ts';
import { Host } from '../e2e/host.ts';
import { drawTwoClasses } from '../main/host/testing/two-classes.ts';
import { ensurePart, parts } from './parts.ts';

const out = fileURLToPath(new URL('../dist/screenshots/', import.meta.url));
const sizes = [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }] as const;
const wanted = process.argv.slice(2);

/** One state of one screen in both themes and both sizes. */
async function take(page: Page, name: string, { sizes: which = sizes }: { readonly sizes?: readonly { readonly width: number; readonly height: number }[] } = {}): Promise<void> {
  if (wanted.length > 0 && !wanted.some((one) => name.startsWith(one))) return;
  for (const size of which) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(out, `${name}-${colorScheme}-${size.width}.png`) });
    }
  }
  await page.setViewportSize(sizes[0]);
  console.log(name);
}

const visit = (page: Page, key: number) => page.keyboard.press(`Alt+${key}`);
const seen = (page: Page, text: string | RegExp, timeout = 60_000) => page.getByText(text).first().waitFor({ timeout });

/** A project with nothing in it: what every screen says then. */
async function emptyStates(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New project' }).first().click();
  await take(page, 'dialog-new-project');
  await page.getByLabel('Name', { exact: true }).fill('Nothing yet');
  await page.getByRole('button', { name: 'Create project' }).click();
  await seen(page, 'No pictures yet');
  for (const [index, screen] of ['images', 'label', 'train', 'results', 'predict', 'export'].entries()) {
    await visit(page, index + 1);
    await page.waitForTimeout(500);
    await take(page, `${screen}-empty`);
  }
}

/** Pictures that cannot be read, a twin, a folder with one class: what is said when something is wrong. */
async function troubles(page: Page, folder: string): Promise<void> {
  await drawTwoClasses(folder, 4);
  await writeFile(join(folder, 'red', 'broken.png'), 'not a picture');
  await writeFile(join(folder, 'red', 'cut short.jpg'), Buffer.from('ffd8ffe000104a464946', 'hex'));
  await visit(page, 1);
  await page.keyboard.press('Control+i');
  await page.getByLabel('Path of the folder').fill(folder);
  await page.getByLabel('Path of the folder').press('Enter');
  await take(page, 'dialog-add-pictures');
  await page.getByRole('dialog').getByRole('button', { name: /^Add/ }).click();
  await seen(page, '2 not readable');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await take(page, 'images-error');
  await visit(page, 3);
  await page.waitForTimeout(800);
  await take(page, 'train-error');
}

async function images(page: Page): Promise<void> {
  await take(page, 'images-full');
  const tiles = page.getByRole('option');
  await tiles.nth(2).click();
  await tiles.nth(8).click({ modifiers: ['Shift'] });
  await take(page, 'images-selected');
  await page.keyboard.press('Escape');
  await page.getByRole('radio', { name: 'Duplicates' }).click();
  await take(page, 'images-duplicates');
  await page.getByRole('radio', { name: 'Grid' }).click();
}

async function label(page: Page): Promise<void> {
  await visit(page, 2);
  await seen(page, 'This picture');
  await page.waitForTimeout(600);
  await take(page, 'label-full');
  await page.keyboard.press('w');
  await take(page, 'label-window');
  await page.keyboard.press('w');
}

async function train(page: Page): Promise<void> {
  await visit(page, 3);
  await seen(page, 'The plan');
  await page.waitForTimeout(3000);
  await take(page, 'train-plan');
  await page.keyboard.press('Control+Enter');
  await seen(page, /^epoch [2-9]:/, 240_000);
  await take(page, 'train-running');
  await page.getByRole('link', { name: 'To the results' }).waitFor({ timeout: 240_000 });
  await take(page, 'train-finished');
  // A second run, to compare with.
  await page.getByRole('button', { name: 'Plan the next run' }).click();
  await page.getByRole('radio', { name: /Head only/ }).click();
  await page.waitForTimeout(1000);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Run 2' }).first().waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: 'To the results' }).waitFor({ timeout: 240_000 });
}

async function results(page: Page): Promise<void> {
  await visit(page, 4);
  await seen(page, /60 pictures of \d+ subjects\./);
  await page.getByText('Evidence for').waitFor();
  await page.waitForTimeout(500);
  await take(page, 'results-full');
  await page.getByRole('button', { name: /^[1-9]\d* .*reference standard/ }).nth(1).click();
  await page.waitForTimeout(500);
  await take(page, 'results-cell');
  for (const box of await page.getByRole('checkbox', { name: /^Compare run/ }).all()) await box.check();
  await page.getByRole('table').last().scrollIntoViewIfNeeded();
  await page.waitForTimeout(1500);
  await take(page, 'results-compare');
  await page.getByRole('radio', { name: /^Test/ }).click();
  await take(page, 'dialog-look');
  await page.getByRole('button', { name: /^Look, count/ }).click();
  await seen(page, 'The network never saw them.');
  await take(page, 'results-test');
}

/** A class removed and the model asked: its proposal on Label, dashed until it is accepted. */
async function proposal(page: Page): Promise<void> {
  await visit(page, 2);
  await page.keyboard.press('Backspace');
  await page.getByRole('button', { name: /^Let run/ }).click();
  await page.getByRole('button', { name: /^Accept/ }).waitFor();
  await take(page, 'label-proposal');
  await page.keyboard.press('b');
  const { x, y, width, height } = (await page.locator('.view img').boundingBox())!;
  await page.mouse.move(x + 0.3 * width, y + 0.3 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.7 * width, y + 0.75 * height, { steps: 4 });
  await page.mouse.up();
  await take(page, 'label-box');
  await page.keyboard.press('z');
  await page.keyboard.press('v');
  await page.keyboard.press('Enter');
}

async function leaving(page: Page, folder: string): Promise<void> {
  await visit(page, 5);
  await take(page, 'predict-empty-with-model');
  await page.getByRole('button', { name: 'Choose pictures' }).click();
  await page.getByLabel('Path of the folder').fill(folder);
  await page.getByLabel('Path of the folder').press('Enter');
  await page.getByRole('button', { name: 'Predict this folder' }).click();
  await page.getByRole('row', { name: /\.png/ }).first().waitFor({ timeout: 120_000 });
  await take(page, 'predict-full');
  await visit(page, 6);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await seen(page, /largest difference of a probability is/, 120_000);
  await take(page, 'export-full');
  // The same place again with something else in it.
  await page.getByRole('radio', { name: /^CSV/ }).click();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await seen(page, /written/);
  await visit(page, 2);
  await page.keyboard.press('0');
  await seen(page, '299 of 300 labelled');
  await visit(page, 6);
  await page.getByRole('radio', { name: /^CSV/ }).click();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await take(page, 'export-error');
}

async function frame(page: Page): Promise<void> {
  await page.keyboard.press('Control+,');
  await seen(page, 'In use');
  await take(page, 'settings');
  await visit(page, 2);
  await page.keyboard.press('Control+k');
  await take(page, 'palette', { sizes: [sizes[0]] });
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await take(page, 'keys', { sizes: [sizes[0]] });
  await page.keyboard.press('Escape');
  await visit(page, 0);
  await take(page, 'projects-full');
}

await ensurePart(parts.screens);
await mkdir(out, { recursive: true });
const host = new Host();
const browser = await chromium.launch(chromiumOptions);
try {
  await host.start();
  const page = await browser.newPage({ viewport: sizes[0], locale: 'en-GB' });
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => console.error(`The page failed: ${error.message}`));
  await page.goto(host.url);
  await seen(page, 'First steps');
  await page.waitForTimeout(1000);
  await take(page, 'projects-empty');
  await emptyStates(page);
  await troubles(page, join(host.folder, 'pictures'));
  await visit(page, 0);
  await page.getByRole('button', { name: 'Sample project' }).first().click();
  await seen(page, '300 pictures from', 180_000);
  await page.getByRole('button', { name: 'Dismiss' }).first().click();
  await images(page);
  await label(page);
  await train(page);
  await results(page);
  await proposal(page);
  await leaving(page, join(host.folder, 'pictures'));
  await frame(page);
  await host.kill();
  await seen(page, 'Fovea does not answer.');
  await take(page, 'lost', { sizes: [sizes[0]] });
} finally {
  await browser.close();
  await host.end();
}
