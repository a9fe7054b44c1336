// Other kinds of projects than the sample: any number of classes per picture, and boxes that are learnt from as pictures.
import type { Page } from '@playwright/test';
import { addPictures } from '../../e2e/fixture.ts';
import { seen, take, visit } from './camera.ts';

async function project(page: Page, name: string, task: string, folder: string): Promise<void> {
  await visit(page, 0);
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('radio', { name: task }).check();
  await page.getByRole('button', { name: 'Create project' }).click();
  await seen(page, 'No pictures yet');
  await addPictures(page, folder, { subject: '^(S\\d+)_' });
  await seen(page, '24 pictures from');
  await visit(page, 2);
  await seen(page, '1 of 24');
}

async function headOnly(page: Page, shown: string | RegExp): Promise<void> {
  await page.getByRole('radio', { name: /^Features and a classifier/ }).click();
  await page.waitForTimeout(1500);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('link', { name: 'To the results' }).waitFor({ timeout: 240_000 });
  await visit(page, 4);
  await seen(page, shown);
  await page.getByText('Evidence for').waitFor({ timeout: 30_000 }).catch(() => undefined); // there is none where there is no mistake
  await page.waitForTimeout(1500);
}

/** Every third picture gets the other class too, every fifth loses all. */
export async function severalClasses(page: Page, folder: string): Promise<void> {
  await project(page, 'Several findings', 'multi-label', folder);
  for (let at = 0; at < 24; at++) {
    if (at % 3 === 0) for (const key of ['1', '2']) await page.keyboard.press(at % 2 === 0 ? key : '2');
    await page.keyboard.press('ArrowRight');
  }
  await take(page, 'several-label');
  await visit(page, 3);
  await seen(page, 'The plan');
  await headOnly(page, 'Each class by itself');
  await take(page, 'several-results');
}

/** A box in every picture, of the picture's own class. */
export async function boxes(page: Page, folder: string): Promise<void> {
  await project(page, 'Boxes', 'classification', folder);
  for (let at = 0; at < 24; at++) {
    await page.keyboard.press('Shift+B');
    await page.keyboard.press(at % 2 === 0 ? '1' : '2');
    await page.keyboard.press('ArrowRight');
  }
  await seen(page, /^Saved/);
  await visit(page, 3);
  await seen(page, 'The plan');
  await page.getByRole('radio', { name: '24 boxes' }).click();
  await page.waitForTimeout(1500);
  await take(page, 'boxes-train');
  await headOnly(page, /drawn places of/);
  await take(page, 'boxes-results');
}
