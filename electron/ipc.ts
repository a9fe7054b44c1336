// The two channels between a window and the studio: requests in, pushes out. Only our own page's main frame is heard.
import { stat } from 'node:fs/promises';
import type { BrowserWindow, Dialog, IpcMain, IpcMainInvokeEvent, Shell } from 'electron';
import { BridgeRequest, CHANNELS } from '#contract/bridge.ts';
import type { BridgePush, Leaving, Menu, WindowRequest } from '#contract/bridge.ts';
import { assertNever, errorRecord, StudioError } from '#contract/errors.ts';
import type { ShellRequest } from '#contract/shell.ts';
import { dispatch } from '../main/host/dispatch.ts';
import { createShell } from '../main/host/shell.ts';
import type { Studio } from '../main/studio.ts';
import { isOwn } from './addresses.ts';

export interface IpcParts {
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  readonly dialog: Pick<Dialog, 'showOpenDialog'>;
  readonly shell: Pick<Shell, 'showItemInFolder'>;
  readonly studio: Studio;
  /** Folder for what belongs to the person. */
  readonly home: string;
  windows(): readonly BrowserWindow[];
  showMenu(menus: readonly Menu[]): void;
  keepLeaving(window: BrowserWindow, leaving: Leaving): void;
}

/** Starts answering, and telling every window what the studio tells. @returns how to tell them something else */
export function openChannels(parts: IpcParts): { tell(push: BridgePush): void } {
  const folders = createShell(parts.home);
  parts.ipcMain.handle(CHANNELS.request, (event, raw: unknown) => answer(parts, folders, event, raw));
  const tell = (push: BridgePush) => {
    for (const window of parts.windows()) if (!window.isDestroyed()) window.webContents.send(CHANNELS.push, push);
  };
  parts.studio.subscribe((push) => tell({ type: 'push', push }));
  return { tell };
}

async function answer(parts: IpcParts, folders: Pick<ReturnType<typeof createShell>, 'answer'>, event: IpcMainInvokeEvent, raw: unknown): Promise<unknown> {
  const window = sender(parts, event);
  if (window === null) {
    parts.studio.log('warning', `a stranger was not heard: ${event.senderFrame?.url.slice(0, 200) ?? 'a frame that is gone'}`);
    throw new Error('refused');
  }
  const parsed = BridgeRequest.safeParse(raw);
  if (!parsed.success) return { error: errorRecord(new StudioError('invalid', 'bridge.invalid', {}, 'This request is not understood.')) };
  const message = parsed.data;
  if (message.to === 'studio') return dispatch(parts.studio, message.request);
  try {
    return { result: message.to === 'shell' ? await answerShell(parts, folders, message.request) : await answerWindow(parts, window, message.request) };
  } catch (error) {
    const record = errorRecord(error);
    if (record.code === 'internal') parts.studio.log('error', 'the window failed to answer', error);
    return { error: record };
  }
}

/** The window that asks, when it is its own main frame showing our own page. */
function sender({ windows }: IpcParts, { sender: contents, senderFrame }: IpcMainInvokeEvent): BrowserWindow | null {
  if (senderFrame === null || senderFrame !== contents.mainFrame || !isOwn(senderFrame.url)) return null;
  return windows().find((window) => window.webContents === contents) ?? null;
}

async function answerShell({ shell }: IpcParts, folders: Pick<ReturnType<typeof createShell>, 'answer'>, request: ShellRequest): Promise<unknown> {
  // Dropped files lie where they are: nothing is received into a folder of ours.
  if (request.type === 'receive' || request.type === 'release') throw new StudioError('refused', 'shell.no-copies', {}, 'Files dropped on this window are read where they lie.');
  if (request.type !== 'reveal') return folders.answer(request);
  if (await stat(request.path).catch(() => null) === null) throw new StudioError('not-found', 'shell.gone', { path: request.path }, `${request.path} is not there any more.`);
  shell.showItemInFolder(request.path);
  return {};
}

async function answerWindow({ dialog, showMenu, keepLeaving }: IpcParts, window: BrowserWindow, request: WindowRequest): Promise<unknown> {
  switch (request.type) {
    case 'choose-folder': {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, { title: request.title, properties: ['openDirectory', 'createDirectory'] });
      return canceled ? null : filePaths[0] ?? null;
    }
    case 'menu': showMenu(request.menus); return {};
    case 'leaving': keepLeaving(window, request.leaving); return {};
    default: return assertNever(request);
  }
}
