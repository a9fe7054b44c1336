// Which Chromium drives the screens: an installed one where there is one.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/** An installed Chromium, or the one that Playwright brings; none = there is none on this machine. FOVEA_CHROMIUM names another. */
export function chromiumProgram(): string | undefined {
  if (process.env['FOVEA_CHROMIUM']) return process.env['FOVEA_CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const installed = folders.flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)));
  return [...installed, chromium.executablePath()].find((path) => path !== '' && existsSync(path));
}

const program = chromiumProgram();

/** For Playwright's launch. A container has no sandbox of its own to give; the pages are ours. */
export const chromiumOptions = { ...(program === undefined ? {} : { executablePath: program }), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] };
