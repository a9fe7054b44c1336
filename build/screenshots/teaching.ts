// Lessons and comparisons: the list, one that runs, one that is done; the form, a ranking and a finished comparison.
import type { Page } from '@playwright/test';
import { seen, sizes, take, visit } from './camera.ts';

const long = 600_000;

export async function lessons(page: Page): Promise<void> {
  await visit(page, 7);
  await seen(page, 'Not run here yet');
  await take(page, 'lessons-list');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('figure').first().waitFor({ timeout: long });
  await take(page, 'lessons-running');
  await page.getByRole('button', { name: 'Run again' }).waitFor({ timeout: long });
  await take(page, 'lessons-full');
  await page.getByRole('button', { name: 'Numbers', exact: true }).click();
  await take(page, 'lessons-numbers', { sizes: [sizes[0]] });
  await page.getByRole('button', { name: 'Plot', exact: true }).click();
}

/** The cheap strategies only, on two folds. */
export async function comparison(page: Page): Promise<void> {
  await visit(page, 8);
  await seen(page, 'Nothing compared yet');
  await take(page, 'compare-form');
  await page.getByRole('button', { name: 'Rank', exact: true }).click();
  await page.getByRole('columnheader', { name: 'LogME' }).waitFor({ timeout: long });
  await page.getByRole('checkbox', { name: 'Head, then deeper' }).uncheck();
  await page.getByLabel('Folds').fill('2');
  await page.getByRole('button', { name: 'Compare', exact: true }).last().click();
  await page.getByRole('button', { name: /^Stop, keep/ }).waitFor({ timeout: long });
  await page.waitForTimeout(4000);
  await take(page, 'compare-running');
  await page.getByRole('button', { name: /^Stop, keep/ }).waitFor({ state: 'hidden', timeout: long });
  await take(page, 'compare-full');
}
