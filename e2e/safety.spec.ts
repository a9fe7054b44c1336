// Names are text whatever they contain, and every screen can be used with a screen reader.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, trained, twoClassProject } from './fixture.ts';

const evil = '<img src=x onerror=alert(1)>{{7*7}}"\'<script>';

test('markup in names of projects, classes, subjects and files is shown as text', async ({ studio: page, host }) => {
  page.on('dialog', () => { throw new Error('a name was run as a script'); });
  await twoClassProject(page, host, { name: evil });
  await expect(page.getByRole('button', { name: evil })).toBeVisible();
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

  const folder = join(host.folder, 'odd');
  await mkdir(folder);
  await cp(join(host.folder, 'pictures', 'red', 'S0_a.png'), join(folder, 'a <b>"quoted" \u202eltr\u202c.png'));
  await page.getByRole('link', { name: /^Images/ }).click();
  await page.keyboard.press('Control+i');
  await page.getByLabel('Path of the folder').fill(folder);
  await page.getByLabel('Path of the folder').press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: /^Add/ }).click();
  await expect(page.getByText('1 picture from odd').or(page.getByText('0 pictures from odd'))).toBeVisible();
  expect(await page.locator('img[src="x"], script:not([src])').count()).toBe(0);
});

test('no screen has a serious accessibility finding, light or dark', async ({ studio: page, host }) => {
  test.setTimeout(240_000);
  await scan(page, 'projects');
  await twoClassProject(page, host);
  await page.getByRole('link', { name: 'Train', exact: true }).click();
  await page.getByRole('radio', { name: /Head only/ }).click();
  await expect(page.getByRole('heading', { name: 'The plan' })).toBeVisible();
  await scan(page, 'train');
  await page.keyboard.press('Control+Enter');
  await trained(page);
  await scan(page, 'run');
  for (const [name, ready] of [['Images', 'Filters'], ['Label', 'This picture'], ['Results', 'Confusion'], ['Predict', 'Drop pictures'], ['Export', 'The annotations']] as const) {
    await page.getByRole('link', { name: new RegExp(`^${name}`) }).first().click();
    await expect(page.getByText(ready).or(page.getByLabel(ready)).first()).toBeVisible({ timeout: 60_000 });
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
});

async function scan(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect.soft(serious.map(({ id, nodes }) => `${where}, ${colorScheme}: ${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([]);
  }
}
