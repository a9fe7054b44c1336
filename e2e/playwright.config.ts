// Tests of the screens in a real browser: Chromium through the loopback host, and Electron where its program is.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from '@playwright/test';

/** An installed Chromium; none = the one that Playwright brings. FOVEA_CHROMIUM names another. */
function installedChromium(): string | undefined {
  if (process.env['FOVEA_CHROMIUM']) return process.env['FOVEA_CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name))).find((path) => existsSync(path));
}

const program = installedChromium();

// Playwright reads its configuration from a default export.
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  globalSetup: './build.ts',
  // Each test has a studio of its own; two at a time would only make both slow.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    trace: 'retain-on-failure',
    // A container has no sandbox of its own to give; the pages are ours.
    launchOptions: { ...(program === undefined ? {} : { executablePath: program }), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] },
  },
  projects: [
    { name: 'chromium', testIgnore: 'electron/**', use: { browserName: 'chromium' } },
    { name: 'electron', testMatch: 'electron/*.spec.ts' },
  ],
});
