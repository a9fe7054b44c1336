// What stands around the work: settings, palette, keys, the list of projects; and every screen once more in Portuguese, whose words are longer.
import type { Page } from '@playwright/test';
import { seen, sizes, take, visit } from './camera.ts';

export async function frame(page: Page): Promise<void> {
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

/** Every screen of the open project in Brazilian Portuguese. */
export async function portuguese(page: Page): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.locator('#language').selectOption('pt-BR');
  for (const [index, screen] of ['images', 'label', 'train', 'results', 'predict', 'export', 'lessons', 'compare'].entries()) {
    await visit(page, index + 1);
    await page.waitForTimeout(1000);
    await take(page, `pt-${screen}`, { sizes: [sizes[0]] });
  }
  await visit(page, 3);
  await page.keyboard.press('?');
  await take(page, 'pt-keys', { sizes: [sizes[0]] });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+,');
  await take(page, 'pt-settings', { sizes: [sizes[0]] });
  await visit(page, 0);
  await page.waitForTimeout(500);
  await take(page, 'pt-projects', { sizes: [sizes[0]] });
  await page.keyboard.press('Control+,');
  await page.locator('#language').selectOption('en');
}
