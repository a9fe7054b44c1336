// What every test of the screens starts from: a host, a page on it, and the promise that nothing was blocked or thrown.
import { expect, test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { drawTwoClasses } from '../main/host/testing/two-classes.ts';
import { Host } from './host.ts';

interface Fixtures {
  readonly host: Host;
  /** A page on the list of projects. Faults of any page of the host fail the test. */
  readonly studio: Page;
  /** Opens another window on the same host. */
  readonly another: () => Promise<Page>;
}

export const test = base.extend<Fixtures & { readonly faults: string[] }>({
  faults: async ({}, use) => {
    const faults: string[] = [];
    await use(faults);
    expect(faults, 'errors and blocked content of the pages').toEqual([]);
  },
  host: async ({}, use) => {
    const host = new Host();
    await host.start();
    await use(host);
    await host.end();
  },
  another: async ({ host, context, faults }, use) => {
    context.on('page', (page) => watch(page, faults));
    await use(async () => {
      const page = await context.newPage();
      await page.goto(host.url);
      return page;
    });
  },
  studio: async ({ another }, use) => {
    const page = await another();
    await expect(page.getByRole('heading', { name: 'Projects' })).toBeVisible();
    await use(page);
  },
});
export { expect };

function watch(page: Page, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    // A page whose host is killed by a test says that it cannot reach it.
    if (message.type() === 'error' && !/ERR_CONNECTION|WebSocket connection|Failed to load resource/.test(text)) faults.push(`console: ${text}`);
  });
}

/** A project of small pictures of two classes, 24 of 12 subjects, brought in through the screens. */
export async function twoClassProject(page: Page, host: Host, { name = 'Two colours', pictures = 24 } = {}): Promise<void> {
  const folder = join(host.folder, 'pictures');
  await drawTwoClasses(folder, pictures);
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Create project' }).click();
  await page.getByRole('button', { name: 'Add pictures' }).first().click();
  await page.getByLabel('Path of the folder').fill(folder);
  await page.getByLabel('Path of the folder').press('Enter');
  await page.getByRole('dialog').getByLabel('Subject').selectOption('pattern');
  await page.getByRole('dialog').getByLabel('is in the file name').fill('^(S\\d+)_');
  await page.getByRole('dialog').getByRole('button', { name: /^Add/ }).click();
  await expect(page.getByText(`${pictures.toLocaleString('en')} pictures from`)).toBeVisible({ timeout: 60_000 + pictures * 30 });
}

/** Waits until the run that works has ended, on the Train screen. */
export async function trained(page: Page): Promise<void> {
  await expect(page.getByRole('link', { name: 'To the results' })).toBeVisible({ timeout: 100_000 });
}
