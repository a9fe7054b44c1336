// Label keys: until the change is durable, until the screen has answered, and ten thousand labels in one step.
import type { Page } from '@playwright/test';
import { notes, settled } from './recorder.ts';

export interface Times { readonly median: number; readonly p95: number; readonly n: number }

/** Gives two classes in turn, each key when the one before is acknowledged: most keys then change something. */
export async function labelOneByOne(page: Page, keys: number): Promise<{ readonly durable: Times; readonly painted: Times }> {
  await notes(page);
  for (let key = 0; key < keys; key++) {
    await page.keyboard.press(key % 2 === 0 ? '1' : '2');
    await settled(page);
  }
  const { acknowledged, painted } = await notes(page);
  return { durable: times(acknowledged.map(({ ms }) => ms)), painted: times(painted) };
}

/** The same at the pace of a person, whatever the machine does beside. */
export async function labelAtEase(page: Page, keys: number, pause: number): Promise<{ readonly durable: Times; readonly painted: Times }> {
  await notes(page);
  for (let key = 0; key < keys; key++) {
    await page.keyboard.press(key % 2 === 0 ? '2' : '1');
    await page.waitForTimeout(pause);
  }
  await settled(page);
  const { acknowledged, painted } = await notes(page);
  return { durable: times(acknowledged.map(({ ms }) => ms)), painted: times(painted) };
}

/** All pictures of the project get a class in one step. @returns milliseconds until it is durable, shown, and can be gone on from */
export async function labelAll(page: Page): Promise<number> {
  await page.keyboard.press('Alt+1');
  await page.getByRole('listbox', { name: 'Images' }).focus();
  await page.keyboard.press('Control+a');
  await notes(page);
  const began = Date.now();
  await page.keyboard.press('1');
  for (;;) {
    if ((await notes(page)).acknowledged.length > 0) return Date.now() - began;
    await page.waitForTimeout(5);
  }
}

export function times(values: readonly number[]): Times {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? NaN, p95: sorted[Math.floor(sorted.length * 0.95)] ?? NaN, n: sorted.length };
}
