// Before there is anything: empty screens, and what is said when pictures cannot be read or look alike.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { drawTwoClasses } from '../../main/host/testing/two-classes.ts';
import { decode, eightBits, encodeJpeg } from '../../main/images/index.ts';
import { seen, take, visit } from './camera.ts';

/** A project with nothing in it: what every screen says then. */
export async function emptyStates(page: Page): Promise<void> {
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
export async function troubles(page: Page, folder: string): Promise<void> {
  await drawTwoClasses(folder, 4);
  await writeFile(join(folder, 'red', 'broken.png'), 'not a picture');
  await writeFile(join(folder, 'red', 'cut short.jpg'), Buffer.from('ffd8ffe000104a464946', 'hex'));
  // The same picture written anew: other bytes, the same look.
  const twin = eightBits(await decode(await readFile(join(folder, 'red', 'S0_a.png'))));
  await writeFile(join(folder, 'red', 'S0_a again.jpg'), await encodeJpeg(twin, 90));
  await visit(page, 1);
  await page.keyboard.press('Control+i');
  await page.getByLabel('Path of the folder').fill(folder);
  await page.getByLabel('Path of the folder').press('Enter');
  await take(page, 'dialog-add-pictures');
  await page.getByRole('dialog').getByRole('button', { name: /^Add/ }).click();
  await seen(page, '2 not readable');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await take(page, 'images-error');
  await page.getByRole('button', { name: 'Dismiss' }).first().click();
  await page.getByRole('radio', { name: 'Duplicates' }).click();
  await page.waitForTimeout(500);
  await take(page, 'images-duplicates');
  await page.getByRole('radio', { name: 'Grid' }).click();
  await visit(page, 3);
  await page.waitForTimeout(800);
  await take(page, 'train-error');
}
