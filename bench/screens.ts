// The figures of the screens in Chromium, taken by e2e/figures: a program of its own, since it knows the types of a browser.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const figures = fileURLToPath(new URL('../e2e/figures/index.ts', import.meta.url));

/** @param pictures of the large project that is made for it */
export async function screens({ pictures, times }: { readonly pictures: number; readonly times: number }): Promise<void> {
  const { status } = spawnSync(process.execPath, [figures, '--pictures', String(pictures), '--kills', String(times)], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the figures of the screens ended with ${status}`);
}
