// A project of masks: the sample of cells to outline, the brush on it, a U-Net of a few epochs, its result and its proposals.
import type { Page } from '@playwright/test';
import { seen, sizes, take, visit } from './camera.ts';

export async function outlines(page: Page): Promise<void> {
  await visit(page, 0);
  await page.getByRole('button', { name: 'Sample of masks' }).click();
  await seen(page, /pictures from/, 180_000);
  await page.getByRole('button', { name: 'Dismiss' }).first().click();
  await page.waitForTimeout(1000);
  await take(page, 'masks-images');
  await visit(page, 2);
  await page.locator('canvas.masks').waitFor();
  await page.waitForTimeout(1500);
  await take(page, 'masks-label');
  await page.keyboard.press('b');
  const { x, y, width, height } = (await page.locator('canvas.masks').boundingBox())!;
  await page.mouse.move(x + 0.42 * width, y + 0.45 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.5 * width, y + 0.5 * height, { steps: 8 });
  await page.mouse.up();
  await take(page, 'masks-brush');
  await page.keyboard.press('z');
  await visit(page, 3);
  await seen(page, 'The plan');
  await page.waitForTimeout(2000);
  await take(page, 'masks-train');
  await page.getByLabel('Epochs').first().fill('4');
  await page.getByLabel('Epochs').first().press('Tab');
  await page.waitForTimeout(1000);
  await page.keyboard.press('Control+Enter');
  await page.getByText(/^epoch [2-9]:/).first().waitFor({ timeout: 600_000 });
  await take(page, 'masks-running');
  await page.getByRole('link', { name: 'To the results' }).waitFor({ timeout: 600_000 });
  await take(page, 'masks-finished', { sizes: [sizes[0]] });
  await visit(page, 4);
  await page.getByRole('heading', { name: /Dice/ }).first().waitFor({ timeout: 120_000 }).catch(() => undefined); // the picture shows what is there instead
  await page.waitForTimeout(3000);
  await take(page, 'masks-results');
}
