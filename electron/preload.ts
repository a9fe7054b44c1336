// Runs in the sandbox before the page: puts the bridge on its window, and nothing of Electron itself.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { IpcRendererEvent } from 'electron';
import type { Bridge, BridgePush } from '#contract/bridge.ts';

// Spelled out here as in contract/bridge.ts: a sandboxed preload is one file, and zod has no business in it.
const bridge: Bridge = {
  request: (request) => ipcRenderer.invoke('fovea:request', request),
  onPush(listener) {
    // The page gets the push alone: an event would hand it the channel.
    const hear = (_event: IpcRendererEvent, push: BridgePush) => listener(push);
    ipcRenderer.on('fovea:push', hear);
    return () => void ipcRenderer.off('fovea:push', hear);
  },
  pathOf: (file) => webUtils.getPathForFile(file as File), // anything else gives an empty path or throws in the page
};

contextBridge.exposeInMainWorld('fovea', bridge);
