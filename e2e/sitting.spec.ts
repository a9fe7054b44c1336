// The whole sitting by keyboard alone: from the sample project to a test result, a prediction and an export.
import { join } from 'node:path';
import { drawTwoClasses } from '../main/host/testing/two-classes.ts';
import { expect, test, trained, WORK } from './fixture.ts';

test('a person with a keyboard gets from the sample project to a test result and an exported model', async ({ studio: page, host }) => {
  const keys = page.keyboard;

  await keys.press('Control+k');
  await keys.type('sample project');
  await keys.press('Enter');
  await expect(page.getByText('300 pictures from')).toBeVisible({ timeout: WORK });

  await keys.press('Alt+2');
  await expect(page.getByRole('heading', { name: 'This picture' })).toBeVisible();
  await keys.press('0');
  await expect(page.getByText('2 of 300')).toBeVisible();
  await keys.press('x');
  await expect(page.getByText('298 of 300 labelled')).toBeVisible();
  await keys.press('z');
  await keys.press('z');
  await expect(page.getByText('300 of 300 labelled')).toBeVisible();

  await keys.press('Alt+3');
  await expect(page.getByRole('heading', { name: 'The plan' })).toBeVisible();
  await expect(page.getByText('180 pictures to train, 60 to stop by.')).toBeVisible();
  await keys.press('Control+Enter');
  await trained(page);

  await keys.press('Alt+4');
  await expect(page.getByText(/60 pictures of \d+ subjects\./)).toBeVisible({ timeout: WORK });
  await page.getByRole('radio', { name: 'Validation' }).focus();
  await keys.press('ArrowRight');
  await expect(page.getByRole('dialog')).toContainText('Looks so far: 0');
  await keys.press('Tab');
  await page.getByRole('button', { name: 'Look, count 1' }).focus();
  await keys.press('Enter');
  await expect(page.getByRole('radio', { name: 'Test, look 1' })).toBeVisible({ timeout: WORK });
  await expect(page.getByText('The network never saw them.')).toBeVisible();

  const folder = join(host.folder, 'new pictures');
  await drawTwoClasses(folder, 4);
  await keys.press('Alt+5');
  await page.getByRole('button', { name: 'Choose pictures' }).focus();
  await keys.press('Enter');
  await page.getByLabel('Path of the folder').fill(folder);
  await keys.press('Enter');
  await page.getByRole('button', { name: 'Predict this folder' }).focus();
  await keys.press('Enter');
  await expect(page.getByRole('row', { name: /S0_a\.png/ })).toBeVisible({ timeout: WORK });

  await keys.press('Alt+6');
  await page.getByRole('button', { name: 'Export', exact: true }).focus();
  await keys.press('Enter');
  await expect(page.getByText(/largest difference of a probability is/)).toBeVisible({ timeout: WORK });
});
