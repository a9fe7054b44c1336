// Makes a window of the screens: sandboxed, isolated, without Node.
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { ORIGIN } from './addresses.ts';

export interface WindowParts {
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => BrowserWindow;
  /** Path of the bundled preload. */
  readonly preload: string;
  readonly developerTools: boolean;
  log(level: 'error', message: string, details?: unknown): void;
  /** Called with the window before anything is loaded into it. */
  opened(window: BrowserWindow): void;
}

/**
 * Opens a window and loads the screens into it.
 * @param folder project to show; null = the list of projects
 * @param visible false for the self-test
 */
export async function openWindow({ BrowserWindow, preload, developerTools, log, opened }: WindowParts, folder: string | null, visible = true): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    width: 1280, height: 860, minWidth: 960, minHeight: 600, show: false, title: 'Fovea', backgroundColor: '#111418',
    webPreferences: {
      preload, sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
      webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false, navigateOnDragDrop: false, spellcheck: false, devTools: developerTools,
    },
  });
  opened(window);
  if (visible) window.once('ready-to-show', () => window.show());
  window.webContents.on('render-process-gone', (_event, details) => {
    log('error', 'the page of a window ended', details);
    // The studio has all that was saved; a page that ends at once again is not tried for ever.
    if (details.reason !== 'clean-exit' && details.reason !== 'launch-failed') window.webContents.reload();
  });
  await window.loadURL(`${ORIGIN}/${folder === null ? '' : `?project=${encodeURIComponent(folder)}`}`);
  return window;
}
