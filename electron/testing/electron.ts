// A stand-in for the few calls of Electron that Fovea makes, so that its modules run under plain Node. What passes here has not passed in Electron.
import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, CustomScheme, MenuItemConstructorOptions } from 'electron';
import { forkUtility } from './utility-process.ts';

type Invoked = (event: object, message: unknown) => unknown;
type Handler = (request: Request) => Promise<Response>;

/** What was asked of the stand-in, for tests to look at. */
export const seen = {
  schemes: [] as CustomScheme[],
  protocols: new Map<string, Handler>(),
  invoked: new Map<string, Invoked>(),
  menu: [] as readonly MenuItemConstructorOptions[],
  shown: [] as string[],
  exits: [] as number[],
  sandboxed: false,
  /** Messages of the questions that were asked. */
  questions: [] as string[],
};
/** What the test answers in the place of a person. */
export const person = { folder: null as string | null, leaves: false };

class Contents extends EventEmitter {
  readonly mainFrame = { url: 'about:blank' };
  /** What the window told its page. */
  readonly sent: { readonly channel: string; readonly message: unknown }[] = [];
  opens: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });

  send(channel: string, message: unknown): void {
    this.sent.push({ channel, message });
    this.emit('sent', channel, message);
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void { this.opens = handler; }
  reload(): void { this.emit('reload'); }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  static getAllWindows(): readonly BrowserWindow[] { return BrowserWindow.all; }
  readonly webContents = new Contents();
  readonly options: BrowserWindowConstructorOptions;
  visible = false;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
    // As in Electron, an address that is not answered rejects.
    const answer = await seen.protocols.get(new URL(url).protocol.slice(0, -1))?.(new Request(url));
    if (answer?.ok !== true) throw new Error(`ERR_FAILED (${answer?.status}) loading '${url}'`);
    this.emit('ready-to-show');
  }
  show(): void { this.visible = true; }
  focus(): void { this.emit('focus'); }
  isMinimized(): boolean { return false; }
  restore(): void { this.emit('restore'); }
  isDestroyed(): boolean { return !BrowserWindow.all.includes(this); }
  /** As Electron does it: first the window is asked, then its page, which may hold back. */
  close({ pageHoldsBack = false } = {}): void {
    let prevented = false;
    this.emit('close', { preventDefault: () => { prevented = true; } });
    if (prevented || !this.unload({ pageHoldsBack })) return;
    BrowserWindow.all.splice(BrowserWindow.all.indexOf(this), 1);
    if (BrowserWindow.all.length === 0) app.emit('window-all-closed');
  }
  /** @returns whether the page goes */
  unload({ pageHoldsBack }: { readonly pageHoldsBack: boolean }): boolean {
    let goes = !pageHoldsBack;
    if (pageHoldsBack) this.webContents.emit('will-prevent-unload', { preventDefault: () => { goes = true; } });
    return goes;
  }
}

class Application extends EventEmitter {
  readonly isPackaged = false;
  readonly paths = new Map<string, string>();
  whenReady(): Promise<void> { return Promise.resolve(); }
  enableSandbox(): void { seen.sandboxed = true; }
  setName(): void { /* Nothing is named here. */ }
  setPath(name: string, path: string): void { this.paths.set(name, path); }
  requestSingleInstanceLock(): boolean { return true; }
  quit(): void {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => { prevented = true; } });
    if (!prevented) this.exit(0);
  }
  exit(code: number): void {
    seen.exits.push(code);
    this.emit('exited', code);
  }
}

export const app = new Application();
export const dialog = {
  showOpenDialog: async (_window: unknown, _options: unknown) => ({ canceled: person.folder === null, filePaths: person.folder === null ? [] : [person.folder] }),
  showMessageBoxSync: (_window: unknown, { message }: { readonly message: string }) => {
    seen.questions.push(message);
    return person.leaves ? 0 : 1;
  },
  showErrorBox: (title: string, text: string) => { throw new Error(`${title}: ${text}`); },
};
export const ipcMain = { handle: (channel: string, handler: Invoked) => { seen.invoked.set(channel, handler); } };
export const Menu = {
  buildFromTemplate: (template: readonly MenuItemConstructorOptions[]) => template,
  setApplicationMenu: (menu: readonly MenuItemConstructorOptions[]) => { seen.menu = menu; },
};
export const protocol = {
  registerSchemesAsPrivileged: (schemes: readonly CustomScheme[]) => { seen.schemes.push(...schemes); },
  handle: (scheme: string, handler: Handler) => { seen.protocols.set(scheme, handler); },
};
type Refuser = (...args: unknown[]) => unknown;
/** The last handler that was set for each question. */
export const guards: Record<string, Refuser> = {};
const keep = (name: string) => (handler: Refuser) => { guards[name] = handler; };
export const session = {
  defaultSession: {
    setPermissionRequestHandler: keep('request'), setPermissionCheckHandler: keep('check'), setDevicePermissionHandler: keep('device'), webRequest: { onBeforeRequest: keep('load') },
  },
};
export const shell = { showItemInFolder: (path: string) => { seen.shown.push(path); } };
export const utilityProcess = { fork: forkUtility };
