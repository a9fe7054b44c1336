// The desktop app, put together: one process per person, the studio in it, windows around it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session, shell, utilityProcess } from 'electron';
import { z } from 'zod';
import { homeFolder } from '../main/home.ts';
import { rendererFolder } from '../main/host/serve-studio.ts';
import { createStudio } from '../main/studio.ts';
import { SCHEME } from './addresses.ts';
import { desktopEntries } from './entries.ts';
import { openChannels } from './ipc.ts';
import { watchDepartures } from './leaving.ts';
import { lockPages, lockSession } from './locks.ts';
import { menuTemplate } from './menu.ts';
import { electronPlatform } from './platform.ts';
import { answerAddresses, scheme } from './protocol.ts';
import { selfTest } from './self-test.ts';
import { linkShippedEngines } from './shipped-engines.ts';
import { openWindow } from './window.ts';

const SecondStart = z.object({ folder: z.string().nullable() });

/** The project folder among the arguments of a start; switches are Chromium's and ours. */
function folderOf(argv: readonly string[], cwd: string): string | null {
  const given = argv.slice(app.isPackaged ? 1 : 2).find((one) => !one.startsWith('-'));
  return given === undefined ? null : resolve(cwd, given);
}

async function begin(): Promise<void> {
  if (app.isPackaged) {
    process.env['FOVEA_NODE'] ??= join(process.resourcesPath, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    await linkShippedEngines(join(process.resourcesPath, 'engines'), home);
  }
  const platform = electronPlatform({ utilityProcess, home, electron: process.versions['electron'] ?? '', job: fileURLToPath(desktopEntries.job) });
  const refuse = (what: string) => platform.log('warning', `refused: ${what}`);
  lockPages(app, refuse);
  await app.whenReady();
  lockSession(session.defaultSession, refuse);
  const studio = await createStudio(platform);
  protocol.handle(SCHEME, answerAddresses(studio, rendererFolder));
  const departures = watchDepartures({ dialog, platform: process.platform, windows: () => BrowserWindow.getAllWindows() });
  const { tell } = openChannels({
    ipcMain, dialog, shell, studio, home,
    windows: () => BrowserWindow.getAllWindows(), keepLeaving: departures.tell,
    showMenu: (menus) => Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(menus, process.platform, (id) => tell({ type: 'command', id })))),
  });
  const parts = { BrowserWindow, preload: fileURLToPath(desktopEntries.preload), developerTools: !app.isPackaged, log: platform.log, opened: departures.attach };
  let closing = false;
  app.on('before-quit', (event) => {
    if (closing) return;
    event.preventDefault();
    if (!departures.mayQuit()) return;
    closing = true;
    // Jobs end and projects are closed before the process is; what is stored stays stored either way.
    studio.close().catch((error: unknown) => platform.log('error', 'the studio did not close well', error)).finally(() => leave(0));
  });
  if (testing) {
    await openWindow(parts, null, false); // loads the screens through the protocol, or throws
    console.log(JSON.stringify({ step: 'window' }));
    const report = await selfTest(studio, join(home, 'sample'), (step) => console.log(JSON.stringify({ step })));
    console.log(JSON.stringify({ passed: report }));
    return app.quit();
  }
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const folder = SecondStart.safeParse(data).data?.folder ?? null;
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) return void openWindow(parts, folder);
    if (window.isMinimized()) window.restore();
    window.focus();
    if (folder !== null) tell({ type: 'open', folder });
  });
  app.on('window-all-closed', () => { if (process.platform !== 'darwin') app.quit(); });
  app.on('activate', () => { if (BrowserWindow.getAllWindows().length === 0) void openWindow(parts, null); });
  await openWindow(parts, folderOf(process.argv, process.cwd()));
}

// Both must come before the app is ready.
protocol.registerSchemesAsPrivileged([scheme]);
app.enableSandbox();
app.setName('Fovea');
const testing = process.argv.includes('--self-test');
const home = testing ? mkdtempSync(join(tmpdir(), 'fovea-self-test-')) : homeFolder();
app.setPath('userData', join(home, 'desktop'));

function leave(code: number): void {
  if (testing) rmSync(home, { recursive: true, force: true, maxRetries: 5 }); // on Windows a file that was just closed may still be held
  app.exit(code);
}

if (!testing && !app.requestSingleInstanceLock(SecondStart.parse({ folder: folderOf(process.argv, process.cwd()) }))) app.quit();
else {
  begin().catch((error: unknown) => {
    const sentence = error instanceof Error ? error.message : String(error);
    console.error(error);
    if (!testing) dialog.showErrorBox('Fovea cannot start', sentence);
    leave(1);
  });
}
