// What every test of the screens starts from: a host, a page on it, and the promise that nothing was blocked or thrown.
import { expect, test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import { Host } from './host.ts';
import { copyPrepared } from './prepared.ts';
import type { PreparedName } from './prepared.ts';

interface Fixtures {
  /** The project that is open in the pages; none = they show the list of projects. */
  readonly prepared: PreparedName | null;
  readonly host: Host;
  /** A page that shows the project, or the list of projects. Faults of any page of the host fail the test. */
  readonly studio: Page;
  /** Opens another window on the same host. */
  readonly another: () => Promise<Page>;
}

export const test = base.extend<Fixtures & { readonly faults: string[] }>({
  prepared: [null, { option: true }],
  faults: async ({}, use) => {
    const faults: string[] = [];
    await use(faults);
    expect(faults, 'errors and blocked content of the pages').toEqual([]);
  },
  host: async ({ prepared }, use) => {
    // The global setup made it, before the workers began.
    const host = new Host((folder) => (prepared === null ? null : copyPrepared(process.env['FOVEA_E2E_PREPARED'] ?? '', prepared, folder)));
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
  studio: async ({ another, prepared }, use) => {
    const page = await another();
    await expect(prepared === null ? page.getByRole('heading', { name: 'Projects' }) : page.getByRole('button', { name: /Two colours/ })).toBeVisible();
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

/** Milliseconds for what a job has to do first: however slow the machine, only the end of the test's own time is too late. */
export const WORK = 480_000;

/** Adds a folder of pictures to the open project through the screens. */
export async function addPictures(page: Page, folder: string, { subject, labels }: { readonly subject?: string; readonly labels?: string } = {}): Promise<void> {
  await expect(page.getByRole('link', { name: /^Images/ })).toBeVisible();
  await page.keyboard.press('Control+i');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Path of the folder').fill(folder);
  await dialog.getByLabel('Path of the folder').press('Enter');
  if (labels !== undefined) await dialog.getByLabel('Classes').selectOption({ label: labels });
  if (subject !== undefined) {
    await dialog.getByLabel('Subject').selectOption('pattern');
    await dialog.getByLabel('is in the file name').fill(subject);
  }
  await dialog.getByRole('button', { name: /^Add/ }).click();
}

/** Waits until the run that works has ended, on the Train screen. */
export async function trained(page: Page): Promise<void> {
  await expect(page.getByRole('link', { name: 'To the results' })).toBeVisible({ timeout: WORK });
}
