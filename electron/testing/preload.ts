// Runs the real, bundled preload as the page of a stand-in window would, and gives what it puts on the page.
import { createContext, runInContext } from 'node:vm';
import type { Bridge } from '#contract/bridge.ts';
import { preloadScript } from '../../build/bundle.ts';
import { seen } from './electron.ts';
import type { BrowserWindow } from './electron.ts';

type Hear = (event: object, message: unknown) => void;

/**
 * @param frame what asks; other than the window's own main frame it is a stranger
 * @returns everything that the preload exposed, by name
 */
export async function runPreload({ webContents }: BrowserWindow, frame: object = webContents.mainFrame): Promise<Readonly<Record<string, unknown>>> {
  const exposed: Record<string, unknown> = {};
  const heard = new Map<Hear, (channel: string, message: unknown) => void>();
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => { exposed[name] = value; } },
    ipcRenderer: {
      // What crosses is cloned, as between processes.
      invoke: async (channel: string, message: unknown) => structuredClone(await seen.invoked.get(channel)?.({ sender: webContents, senderFrame: frame }, structuredClone(message))),
      on(channel: string, hear: Hear) {
        const listener = (sent: string, message: unknown) => { if (sent === channel) hear({}, structuredClone(message)); };
        heard.set(hear, listener);
        webContents.on('sent', listener);
      },
      off: (_channel: string, hear: Hear) => { webContents.off('sent', heard.get(hear) ?? (() => undefined)); },
    },
    webUtils: { getPathForFile: (file: { readonly path?: string }) => file.path ?? '' },
  };
  runInContext(await preloadScript(), createContext({ require: (name: string) => (name === 'electron' ? electron : undefined) }));
  return exposed;
}

export async function bridgeOf(window: BrowserWindow, frame?: object): Promise<Bridge> {
  return (await runPreload(window, frame))['fovea'] as Bridge; // what the preload exposes under this name
}
