// Takes a state of a screen in both themes and both sizes, and says how a page is brought there.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';

export const out = fileURLToPath(new URL('../../dist/screenshots/', import.meta.url));
export const sizes = [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }] as const;
const wanted = process.argv.slice(2);

/** One state of one screen in both themes and both sizes. */
export async function take(page: Page, name: string, { sizes: which = sizes }: { readonly sizes?: readonly { readonly width: number; readonly height: number }[] } = {}): Promise<void> {
  if (wanted.length > 0 && !wanted.some((one) => name.startsWith(one))) return;
  for (const size of which) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(out, `${name}-${colorScheme}-${size.width}.png`) });
    }
  }
  await page.setViewportSize(sizes[0]);
  console.log(name);
}

export const visit = (page: Page, key: number) => page.keyboard.press(`Alt+${key}`);
export const seen = (page: Page, text: string | RegExp, timeout = 300_000) => page.getByText(text).first().waitFor({ timeout });
