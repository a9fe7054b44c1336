// Boxes: drawn by pointer and by keys, changed, undone, written as VOC, and read from VOC again as they were.
import type { Page } from '@playwright/test';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { addPictures, expect, test, WORK } from './fixture.ts';

test.use({ prepared: 'labelled' });

const list = (page: Page) => page.getByRole('list', { name: 'Boxes' }).getByRole('button');

/** Drags between two points of the picture, given as shares of its sides. */
async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const { x, y, width, height } = (await page.locator('.view img').boundingBox())!;
  await page.mouse.move(x + from[0] * width, y + from[1] * height);
  await page.mouse.down();
  await page.mouse.move(x + (from[0] + to[0]) / 2 * width, y + (from[1] + to[1]) / 2 * height);
  await page.mouse.move(x + to[0] * width, y + to[1] * height);
  await page.mouse.up();
}

test('a box is drawn, moved, resized, given a class, deleted and brought back, by pointer and by keys', async ({ studio: page, host }) => {
  await page.getByRole('link', { name: /^Label/ }).click();
  await expect(page.getByText('1 of 24')).toBeVisible();

  // Pictures are 32 by 32.
  await page.keyboard.press('b');
  await drag(page, [0.25, 0.25], [0.5, 0.75]);
  await expect(list(page)).toHaveAccessibleName('blue, 8 by 16 pixels at 8, 8');
  await page.keyboard.press('2');
  await expect(list(page)).toHaveAccessibleName('red, 8 by 16 pixels at 8, 8');
  await page.keyboard.press('v');
  await drag(page, [0.375, 0.5], [0.5, 0.5]);
  await expect(list(page)).toHaveAccessibleName('red, 8 by 16 pixels at 12, 8');
  await drag(page, [0.625, 0.75], [0.75, 0.875]);
  await expect(list(page)).toHaveAccessibleName('red, 12 by 20 pixels at 12, 8');

  await page.keyboard.press('Shift+ArrowRight');
  await expect(list(page)).toHaveAccessibleName('red, 12 by 20 pixels at 13, 8');
  await page.keyboard.press('Control+ArrowUp');
  await expect(list(page)).toHaveAccessibleName('red, 12 by 19 pixels at 13, 8');
  await page.keyboard.press('Delete');
  await expect(list(page)).toHaveCount(0);
  await page.keyboard.press('z');
  await expect(list(page)).toHaveAccessibleName('red, 12 by 19 pixels at 13, 8');
  await page.keyboard.press('Shift+B');
  await expect(list(page)).toHaveCount(2);
  await page.keyboard.press('.');
  await page.keyboard.press('Escape');

  // The class of the picture as a whole is another thing: with no box in hand, a key is about that.
  await page.keyboard.press('1');
  await page.keyboard.press('ArrowLeft');
  await expect(list(page)).toHaveCount(2);
  await expect(page.locator('[role=status][aria-busy=false]').getByText(/^Saved/)).toBeVisible();
  await page.reload();
  await expect(list(page).first()).toHaveAccessibleName('red, 12 by 19 pixels at 13, 8');

  await page.keyboard.press('Alt+6');
  await page.getByRole('radio', { name: /^Pascal VOC/ }).click();
  const target = await page.getByText(/exports.*voc$/).textContent();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(page.getByText(/files? written/)).toBeVisible();
  const written = (await readdir(target!, { recursive: true })).find((path) => path.endsWith('S1_a.xml'));
  const xml = await readFile(join(target!, written!), 'utf8');
  expect(xml.replace(/\s/g, '')).toContain('<xmin>13</xmin><ymin>8</ymin><xmax>25</xmax><ymax>27</ymax>');

  // The same files among the pictures of another project.
  const again = join(host.folder, 'again');
  await mkdir(again);
  await rename(join(host.folder, 'pictures'), join(again, 'pictures'));
  await rename(target!, join(again, 'annotations'));
  await page.keyboard.press('Alt+0');
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Again');
  await page.getByRole('button', { name: 'Create project' }).click();
  await addPictures(page, again, { labels: 'are in annotation files among the pictures' });
  await expect(page.getByText('24 pictures from again')).toBeVisible({ timeout: WORK });
  await page.getByLabel('File name').fill('S1_a');
  await expect(page.getByText('1 of 24 pictures')).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Alt+2');
  await expect(list(page).first()).toHaveAccessibleName('red, 12 by 19 pixels at 13, 8');
});
