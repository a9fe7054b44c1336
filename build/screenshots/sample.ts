// The sample project from end to end: images, labels, a run, its result, a proposal, a prediction, an export.
import type { Page } from '@playwright/test';
import { seen, take, visit } from './camera.ts';

export async function images(page: Page): Promise<void> {
  await take(page, 'images-full');
  const tiles = page.getByRole('option');
  await tiles.nth(2).click();
  await tiles.nth(8).click({ modifiers: ['Shift'] });
  await take(page, 'images-selected');
  await page.keyboard.press('Escape');
}

export async function label(page: Page): Promise<void> {
  await visit(page, 2);
  await seen(page, 'This picture');
  await page.waitForTimeout(600);
  await take(page, 'label-full');
  await page.keyboard.press('w');
  await take(page, 'label-window');
  await page.keyboard.press('w');
}

export async function train(page: Page): Promise<void> {
  await visit(page, 3);
  await seen(page, 'The plan');
  await page.waitForTimeout(3000);
  await take(page, 'train-plan');
  await page.getByRole('button', { name: 'Measure a few steps' }).click();
  await seen(page, /^At most/, 240_000);
  await page.getByRole('button', { name: 'Find the rate' }).click();
  await seen(page, 'Loss while the rate rises', 240_000);
  await take(page, 'train-estimate');
  await page.getByRole('button', { name: 'Close the curve' }).click();
  await page.keyboard.press('Control+Enter');
  await seen(page, /^epoch [2-9]:/, 240_000);
  await take(page, 'train-running');
  await page.getByRole('link', { name: 'To the results' }).waitFor({ timeout: 240_000 });
  await take(page, 'train-finished');
  // A second run, to compare with.
  await page.getByRole('button', { name: 'Plan the next run' }).click();
  await page.getByRole('radio', { name: /^Features and a classifier/ }).click();
  await page.waitForTimeout(1000);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Run 2' }).first().waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: 'To the results' }).waitFor({ timeout: 240_000 });
}

export async function results(page: Page): Promise<void> {
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
  await page.getByRole('radio', { name: 'Validation' }).click();
}

/** The parts of the network that looks at one picture. */
export async function inside(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Look inside with a picture' }).click();
  await seen(page, 'Filters of the first layer', 120_000);
  await page.getByRole('heading', { name: 'Look inside' }).scrollIntoViewIfNeeded();
  await page.waitForTimeout(1000);
  await take(page, 'results-inside');
}

/** A class removed and the model asked: its proposal on Label, dashed until it is accepted. */
export async function proposal(page: Page): Promise<void> {
  // One that was trained on: of the test partition nothing is proposed, and what was measured is known already.
  await visit(page, 1);
  await page.getByRole('button', { name: /train\s*180$/ }).click();
  await visit(page, 2);
  await page.waitForTimeout(500);
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
  await visit(page, 1);
  await page.getByRole('button', { name: 'Show all' }).click();
}

export async function leaving(page: Page, folder: string): Promise<void> {
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
