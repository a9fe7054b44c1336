// Pictures dropped from outside the project: shown as they are beside what the model says of them, and what cannot be read with its reason.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, WORK } from './fixture.ts';

test.use({ prepared: 'trained' });

test('a folder dropped on Predict is listed with its pictures, their classes, and the reason of the one that cannot be read', async ({ studio: page, host }) => {
  const folder = join(host.folder, 'pictures', 'red');
  await writeFile(join(folder, 'broken.png'), 'not a picture');
  await page.getByRole('link', { name: 'Predict', exact: true }).click();
  await expect(page.getByText('Drop pictures or a folder here')).toBeVisible();
  const session = await page.context().newCDPSession(page);
  // A drop as the system gives it, which no script of a page could make.
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, x: 500, y: 400, data: { items: [], files: [folder], dragOperationsMask: 1 } });
  await expect(page.getByText('13 pictures')).toBeVisible({ timeout: WORK });
  await expect(page.getByText('1 not readable')).toBeVisible();
  const row = page.getByRole('row', { name: /red\/S0_a\.png/ });
  await expect(row).toContainText('red');
  await expect.poll(() => row.locator('img').evaluate((picture: HTMLImageElement) => picture.naturalWidth)).toBe(32);
  await expect(page.getByRole('row', { name: /broken\.png/ })).toContainText('not a picture');
});
