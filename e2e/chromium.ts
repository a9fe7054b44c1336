// Which Chromium drives the screens: an installed one where there is one.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** An installed Chromium; none = the one that Playwright brings. FOVEA_CHROMIUM names another. */
function installedChromium(): string | undefined {
  if (process.env['FOVEA_CHROMIUM']) return process.env['FOVEA_CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name))).find((path) => existsSync(path));
}

const program = installedChromium();

/** For Playwright's launch. A container has no sandbox of its own to give; the pages are ours. */
export const chromiumOptions = { ...(program === undefined ? {} : { executablePath: program }), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] };
