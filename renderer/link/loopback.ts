// The door of a page that was served by the loopback host.
import type { ErrorRecord } from '#contract/errors.ts';
import { StudioError, studioError } from '#contract/errors.ts';
import type { FolderListing, Places, ShellRequest } from '#contract/shell.ts';
import type { Door, DroppedFile, Received, Shell } from './door.ts';
import { pictureUrl } from './picture-url.ts';
import { SocketLink } from './socket-link.ts';

const KEPT = 'fovea.token';

/**
 * Opens the door with what the address brings, and takes it out of the address at once: the token stays in this tab alone.
 * @returns null when there is no token: the page was opened by hand, or its ticket was used before
 */
export async function openLoopback(): Promise<Door | null> {
  const { token, folder } = await takeToken();
  if (token === null) return null;
  const link = new SocketLink(`ws://${location.host}/calls`, token, () => knock(token));
  return {
    link,
    shell: loopbackShell(token),
    folder,
    connection: () => link.connection,
    onConnection: (listener) => link.onConnection(listener),
    whenBack: (act) => { link.whenBack = act; },
    pictureUrl,
  };
}

async function takeToken(): Promise<{ readonly token: string | null; readonly folder: string | null }> {
  const [, kind, given, folder] = /^#(token|ticket)=([\w-]+)(?:&project=([^&]+))?$/.exec(location.hash) ?? [];
  if (given !== undefined) {
    history.replaceState(null, '', location.pathname);
    const token = kind === 'token' ? given : await exchange(given);
    if (token !== null) sessionStorage.setItem(KEPT, token);
  }
  return { token: sessionStorage.getItem(KEPT), folder: folder === undefined ? null : decodeURIComponent(folder) };
}

/** A browser is started with a ticket, which counts once: others can read its command line. */
async function exchange(ticket: string): Promise<string | null> {
  const answer = await fetch('/token', { method: 'POST', headers: { authorization: `Ticket ${ticket}`, 'content-type': 'application/json' }, body: '{}' });
  return answer.ok ? ((await answer.json()) as { token: string }).token : null; // the host's own answer
}

/** Asks for the cookie that pictures come with; this also tells whether the host is there and still the same. */
async function knock(token: string): Promise<'open' | 'refused' | 'away'> {
  try {
    const answer = await post('/session', token, {});
    return answer.ok ? 'open' : 'refused';
  } catch {
    return 'away';
  }
}

function post(path: string, token: string, body: unknown): Promise<globalThis.Response> {
  return fetch(path, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

function loopbackShell(token: string): Shell {
  // What comes back is checked on the host's side by its own types.
  const ask = async <T>(request: ShellRequest): Promise<T> => (await read(await post('/shell', token, request))) as T;
  return {
    chooseFolder: null,
    places: () => ask<Places>({ type: 'places' }),
    list: (path) => ask<FolderListing>({ type: 'list', path }),
    reveal: async (path) => { await ask({ type: 'reveal', path }); },
    async receive(files, progress): Promise<Received> {
      const { folder } = await ask<{ folder: string }>({ type: 'receive' });
      let done = 0;
      const queue = [...files];
      const worker = async () => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          await send(token, folder, next);
          progress(++done, files.length);
        }
      };
      await Promise.all(Array.from({ length: 4 }, worker));
      return { paths: [folder], droppedAs: (path) => (path.startsWith(folder) ? path.slice(folder.length + 1).replaceAll('\\', '/') : null), release: async () => { await ask({ type: 'release', folder }); } };
    },
  };
}

async function send(token: string, folder: string, { file, path }: DroppedFile): Promise<void> {
  await read(await fetch('/upload', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream', 'x-folder': encodeURIComponent(folder), 'x-name': encodeURIComponent(path) },
    body: file,
  }));
}

async function read(answer: globalThis.Response): Promise<unknown> {
  if (answer.status === 403) throw new StudioError('cancelled', 'link.refused', {}, 'Fovea was started again. Open its new address.');
  const body = (await answer.json()) as { error?: ErrorRecord };
  if (body.error) throw studioError(body.error);
  return body;
}
