// `npm run screenshots [name ...]`: every screen, light and dark, 1280 x 800 and 1920 x 1080, full, empty and in trouble, into dist/screenshots.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumOptions } from '../e2e/chromium.ts';
import { Host } from '../e2e/host.ts';
import { drawTwoClasses } from '../main/host/testing/two-classes.ts';
import { ensurePart, parts } from './parts.ts';
import { emptyStates, troubles } from './screenshots/beginnings.ts';
import { out, seen, sizes, take, visit } from './screenshots/camera.ts';
import { frame, portuguese } from './screenshots/frame.ts';
import { boxes, severalClasses } from './screenshots/kinds.ts';
import { images, label, leaving, proposal, results, train } from './screenshots/sample.ts';

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
  await take(page, 'images-first-run');
  await page.getByRole('button', { name: 'Skip these steps' }).click();
  await images(page);
  await label(page);
  await train(page);
  await results(page);
  await proposal(page);
  await leaving(page, join(host.folder, 'pictures'));
  await frame(page);
  await page.getByRole('button', { name: /^Sample: cells/ }).click();
  await seen(page, '300 pictures');
  await portuguese(page);
  const many = join(host.folder, 'more pictures');
  await drawTwoClasses(many, 24);
  await severalClasses(page, many);
  await boxes(page, many);
  await visit(page, 0);
  await page.waitForTimeout(1500);
  await take(page, 'projects-many');
  await host.kill();
  await seen(page, 'Fovea does not answer.');
  await take(page, 'lost', { sizes: [sizes[0]] });
} finally {
  await browser.close();
  await host.end();
}
