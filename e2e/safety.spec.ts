// Names are text whatever they contain, and every screen can be used with a screen reader.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { drawTwoClasses } from '../main/host/testing/two-classes.ts';
import { addPictures, expect, test, WORK } from './fixture.ts';

const evil = '<img src=x onerror=alert(1)>{{7*7}}"\'<script>';

test('markup in names of projects, classes, subjects and files is shown as text', async ({ studio: page, host }) => {
  page.on('dialog', () => { throw new Error('a name was run as a script'); });
  const folder = join(host.folder, 'odd');
  await drawOdd(folder);
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(evil);
  await page.getByRole('button', { name: 'Create project' }).click();
  await addPictures(page, folder, { subject: '^(S\\d+)_' });
  await expect(page.getByRole('button', { name: evil })).toBeVisible();
  await expect(page.getByText('5 pictures from odd')).toBeVisible();

  await page.getByRole('link', { name: /^Label/ }).click();
  await page.keyboard.press('n');
  await page.getByLabel('Name').fill(evil);
  await page.getByRole('button', { name: 'Add class' }).click();
  await expect(page.getByRole('button', { name: evil }).last()).toBeVisible();
  await page.keyboard.press('3');
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('complementary', { name: 'Label' }).getByText(evil).first()).toBeVisible();
  await page.keyboard.press('s');
  await page.getByRole('combobox', { name: 'Subject' }).fill(evil);
  await page.getByRole('button', { name: /^Set for/ }).click();
  await expect(page.getByRole('heading', { name: `Subject ${evil}` })).toBeVisible();
  await page.getByRole('link', { name: /^Images/ }).click();
  await expect(page.getByRole('option', { name: /a <b>"quoted"/ })).toBeVisible();
  expect(await page.locator('img[src="x"], script:not([src])').count()).toBe(0);
});

/** Four pictures in two classes, and one whose name is markup with letters that turn the direction of writing. */
async function drawOdd(folder: string): Promise<void> {
  await drawTwoClasses(folder, 5);
  await rename(join(folder, 'red', 'S2_a.png'), join(folder, 'red', 'a <b>"quoted" \u202eltr\u202c.png'));
}

test.describe('of a project with a trained model', () => {
  test.use({ prepared: 'trained' });

  test('no screen has a serious accessibility finding, light or dark', async ({ studio: page }) => {
    for (const [name, ready] of [['Images', 'Filters'], ['Label', 'This picture'], ['Train', 'The plan'], ['Results', 'Confusion'], ['Predict', 'Drop pictures'], ['Export', 'The annotations']] as const) {
      await page.getByRole('link', { name: new RegExp(`^${name}`) }).first().click();
      await expect(page.getByText(ready).or(page.getByLabel(ready)).first()).toBeVisible({ timeout: WORK });
      await scan(page, name);
    }
    await page.keyboard.press('Control+,');
    await scan(page, 'settings');
    for (const [name, keys] of [['palette', 'Control+k'], ['keys', '?'], ['new project', 'Control+Alt+n'], ['add pictures', 'Control+i']] as const) {
      await page.keyboard.press(keys);
      await expect(page.getByRole('dialog')).toBeVisible();
      await scan(page, name);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('Alt+0');
    await scan(page, 'projects');
  });
});

async function scan(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const builder = new AxeBuilder({ page });
    // The theme changes colours and nothing else.
    const { violations } = await (colorScheme === 'light' ? builder : builder.withRules('color-contrast')).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect.soft(serious.map(({ id, nodes }) => `${where}, ${colorScheme}: ${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([]);
  }
}
