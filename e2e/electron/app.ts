// Starts the desktop app in Electron itself, where its program is on this machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, test as base } from '@playwright/test';
import type { ElectronApplication, Page } from '@playwright/test';
import { electronProgram } from '../../build/electron-binary.ts';
import { ensurePart, parts } from '../../build/parts.ts';

/** FOVEA_APP names a packaged app of the `e2e` flavour; else Electron runs the bundle of the source tree. */
const packaged = process.env['FOVEA_APP'];
const program = packaged ?? electronProgram();
const absent = 'Electron\'s program is not on this machine (`npx install-electron` fetches it)';
// Playwright's list shows that tests were skipped, not why. Once: workers load this file too.
if (program === null && process.env['TEST_WORKER_INDEX'] === undefined) console.log(`The tests in Electron are skipped: ${absent}.`);

interface Fixtures { readonly scratch: string; readonly application: ElectronApplication; readonly window: Page }

export const test = base.extend<Fixtures>({
  scratch: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'fovea-desktop-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  application: async ({ scratch }, use) => {
    base.skip(program === null, absent);
    await ensurePart(parts.desktop);
    const application = await _electron.launch({
      executablePath: program!, // skipped without it
      args: packaged ? [] : [fileURLToPath(new URL('../../dist/app/main.js', import.meta.url))],
      env: { ...process.env as Record<string, string>, FOVEA_HOME: join(scratch, 'home'), FOVEA_NODE: process.execPath }, // a process has no empty variables
      // A container has no sandbox of its own to give.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    await use(application);
    await application.close();
  },
  window: async ({ application }, use) => use(await application.firstWindow()),
});
export { expect } from '@playwright/test';
