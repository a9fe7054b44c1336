// The figures of the brush in Chromium, taken by e2e/figures: a program of its own, since it knows the types of a browser.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const figures = fileURLToPath(new URL('../e2e/figures/brush.ts', import.meta.url));

/** Latency of strokes on large pictures, ten thousand objects, five hundred strokes taken back. */
export async function brush(): Promise<void> {
  const { status } = spawnSync(process.execPath, [figures], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the figures of the brush ended with ${status}`);
}
