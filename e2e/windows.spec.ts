// Several windows, reloads and broken hosts: what one window is told, the others show, and what was acknowledged is never lost.
import { expect, test, trained, WORK } from './fixture.ts';

test.use({ prepared: 'labelled' });

test('a label set in one window appears in the other', async ({ studio, another }) => {
  const second = await another();
  await second.getByRole('link', { name: /^Label/ }).click();
  await expect(second.getByText('1 of 24')).toBeVisible();
  await studio.getByRole('link', { name: /^Label/ }).click();
  await expect(studio.getByText('1 of 24')).toBeVisible();
  await studio.keyboard.press('0');
  await expect(second.getByRole('complementary', { name: 'Label' }).getByText('unsure').first()).toBeVisible();
  await expect(second.getByText('23 of 24 labelled')).toBeVisible();
  await second.keyboard.press('1');
  await expect(studio.getByText('24 of 24 labelled')).toBeVisible();
});

test('a page that is reloaded while a run works shows the same run with all its epochs', async ({ studio: page }) => {
  await page.getByRole('link', { name: 'Train', exact: true }).click();
  await page.getByLabel('Epochs').fill('40');
  await page.getByLabel('Epochs').press('Tab');
  await expect(page.getByRole('figure', { name: /^Learning rate/ })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('epoch 1:', { exact: false })).toBeVisible({ timeout: WORK });
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Run 1' })).toBeVisible();
  await expect(page.getByText('epoch 1:', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Stop and keep best' }).click();
  await trained(page);
});

test('a host that is killed and started again loses no acknowledged label, and its page goes on by itself', async ({ studio: page, host }) => {
  await page.getByRole('link', { name: /^Label/ }).click();
  await expect(page.getByText('1 of 24')).toBeVisible();
  for (let round = 1; round <= 5; round++) {
    await page.keyboard.press('0');
    await expect(page.getByText(`${24 - round} of 24 labelled`)).toBeVisible();
    await host.kill();
    await expect(page.getByText('Fovea does not answer.')).toBeVisible();
    await host.start();
    await expect(page.getByText('Fovea does not answer.')).toBeHidden();
    await expect(page.getByText(`${24 - round} of 24 labelled`)).toBeVisible();
  }
  // A key pressed while nobody answers is sent when somebody does.
  await host.kill();
  await expect(page.getByText('Fovea does not answer.')).toBeVisible();
  await page.keyboard.press('0');
  await host.start();
  await expect(page.getByText('18 of 24 labelled')).toBeVisible();
  await expect(page.getByText('Fovea does not answer.')).toBeHidden();
  await expect(page.locator('[role=status][aria-busy=false]').getByText(/^Saved/)).toBeVisible();
  await page.reload();
  await expect(page.getByText('18 of 24 labelled')).toBeVisible();
});
