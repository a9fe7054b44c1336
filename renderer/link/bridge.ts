// The door of a page in Fovea's own desktop window: calls and pushes go through the preload's bridge.
import type { Args, CallName, Link, Response, Result } from '#contract/api.ts';
import type { Bridge, BridgeRequest, Leaving, Menu } from '#contract/bridge.ts';
import { BRIDGE } from '#contract/bridge.ts';
import type { ErrorRecord } from '#contract/errors.ts';
import { studioError } from '#contract/errors.ts';
import type { Push } from '#contract/events.ts';
import type { FolderListing, Places, ShellRequest } from '#contract/shell.ts';
import type { Door, DroppedFile, Shell } from './door.ts';
import { pictureUrl } from './picture-url.ts';

/** What the desktop window offers beside a door. */
export interface DesktopDoor extends Door {
  /** Shows the table of commands as the application's menu. */
  showMenu(menus: readonly Menu[]): Promise<void>;
  /** What to ask before the window is closed. */
  tellLeaving(leaving: Leaving): Promise<void>;
  onCommand(listener: (id: string) => void): void;
  onOpen(listener: (folder: string) => void): void;
}

/** @returns null outside the desktop window */
export function openBridge(page: object = globalThis): DesktopDoor | null {
  // The preload puts the bridge there before any script of the page runs.
  const { [BRIDGE]: bridge, location } = page as { readonly [BRIDGE]?: Bridge; readonly location: { readonly search: string } };
  if (bridge === undefined) return null;
  return {
    link: bridgeLink(bridge),
    shell: bridgeShell(bridge),
    folder: new URLSearchParams(location.search).get('project'),
    // The window and the studio live and end together.
    connection: () => 'open',
    onConnection: () => () => undefined,
    whenBack: () => undefined,
    pictureUrl,
    showMenu: async (menus) => { await ask(bridge, { to: 'window', request: { type: 'menu', menus: [...menus] } }); },
    tellLeaving: async (leaving) => { await ask(bridge, { to: 'window', request: { type: 'leaving', leaving } }); },
    onCommand(listener) { bridge.onPush((push) => { if (push.type === 'command') listener(push.id); }); },
    onOpen(listener) { bridge.onPush((push) => { if (push.type === 'open') listener(push.folder); }); },
  };
}

function bridgeLink(bridge: Bridge): Link {
  let number = 0;
  return {
    async call<N extends CallName>(name: N, args: Args<N>): Promise<Result<N>> {
      // What comes back was checked against the table on the other side.
      const response = (await bridge.request({ to: 'studio', request: { id: ++number, name, args } })) as Response;
      if ('error' in response) throw studioError(response.error);
      return response.result as Result<N>;
    },
    on: (listener: (push: Push) => void) => bridge.onPush((push) => { if (push.type === 'push') listener(push.push); }),
  };
}

function bridgeShell(bridge: Bridge): Shell {
  const shell = <T>(request: ShellRequest) => ask<T>(bridge, { to: 'shell', request });
  return {
    chooseFolder: (title) => ask<string | null>(bridge, { to: 'window', request: { type: 'choose-folder', title } }),
    places: () => shell<Places>({ type: 'places' }),
    list: (path) => shell<FolderListing>({ type: 'list', path }),
    reveal: async (path) => { await shell({ type: 'reveal', path }); },
    // Nothing is copied: dropped files lie where they are.
    async receive(files, progress) {
      const paths = tops(files, (file) => bridge.pathOf(file));
      progress(files.length, files.length);
      const dropped = new Map(files.map(({ file, path }) => [bridge.pathOf(file), path]));
      return { paths, droppedAs: (path) => dropped.get(path) ?? null, release: async () => undefined };
    },
  };
}

/** The folders and single files that were dropped: what lies below a dropped folder is found through it. */
export function tops(files: readonly DroppedFile[], pathOf: (file: File) => string): string[] {
  const found = files.map(({ file, path }) => {
    const whole = pathOf(file);
    const below = path.length - path.indexOf('/');
    // `path` is the end of `whole`, with the separators of the system: cut off what lies below the dropped folder.
    return path.includes('/') ? whole.slice(0, whole.length - below) : whole;
  });
  return [...new Set(found)].filter((path) => path !== '');
}

async function ask<T>(bridge: Bridge, request: BridgeRequest): Promise<T> {
  // Answered by electron/ipc.ts in this form.
  const answer = (await bridge.request(request)) as { readonly result: T } | { readonly error: ErrorRecord };
  if ('error' in answer) throw studioError(answer.error);
  return answer.result;
}
