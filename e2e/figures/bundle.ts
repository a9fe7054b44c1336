// What a browser has to load before it shows the first screen.
import { gzipSync } from 'node:zlib';
import type { Browser } from '@playwright/test';

/** Bytes of page, scripts and styles after gzip, as a server of files would send them. */
export async function firstLoad(browser: Browser, url: string): Promise<{ readonly bytes: number; readonly files: number }> {
  const page = await browser.newPage();
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => { if (['document', 'script', 'stylesheet', 'font'].includes(response.request().resourceType())) bodies.push(response.body()); });
  await page.goto(url);
  await page.getByRole('heading').first().waitFor();
  await page.waitForTimeout(2000); // what is asked for once the first screen stands
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).byteLength);
  await page.close();
  return { bytes: sizes.reduce((sum, one) => sum + one, 0), files: sizes.length };
}
