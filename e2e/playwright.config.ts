// Tests of the screens in a real browser: Chromium through the loopback host, and Electron where its program is.
import { defineConfig } from '@playwright/test';
import { chromiumOptions } from './chromium.ts';

// Playwright reads its configuration from a default export.
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  globalSetup: './build.ts',
  // Each test has a studio of its own; two at a time would only make both slow.
  workers: 1,
  // Much longer than any takes by itself: a machine may have other work.
  timeout: 600_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    actionTimeout: 60_000,
    // A trace holds every picture of every step, and makes a test twice as long: for who looks for a fault.
    trace: process.env['FOVEA_E2E_TRACE'] === '1' ? 'retain-on-failure' : 'off',
    launchOptions: chromiumOptions,
  },
  projects: [
    { name: 'chromium', testIgnore: 'electron/**', use: { browserName: 'chromium' } },
    { name: 'electron', testMatch: 'electron/*.spec.ts' },
  ],
});
