// `fovea serve`: the screens in a browser of this machine, until Ctrl-C or until the window is closed.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import { keepPort, lastPort } from '../host/kept-port.ts';
import { rendererFolder, serveStudio } from '../host/serve-studio.ts';
import { show } from '../host/show.ts';
import { chooseShowing, thisMachine } from '../host/showing.ts';
import type { Platform } from '../platform.ts';
import type { Studio } from '../studio.ts';
import type { Output } from './output.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'Show the screens in a browser of this machine; Ctrl-C ends it.',
  positionals: ['[DIR]'],
  options: {
    port: { value: 'N', help: 'listen there; none = the port of the last start, or any free one' },
    'no-open': { help: 'open no window' },
  },
  async run({ studio, platform, output, positionals: [folder], values, interrupted }) {
    const port = values.number('port');
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535)) throw new UsageError('--port needs a whole number from 0 to 65535.');
    await serveScreens({ studio, platform, output, interrupted, port, folder: folder === undefined ? null : resolve(folder), open: !values.flag('no-open') });
  },
};

export interface ServeOptions {
  readonly studio: Studio;
  readonly platform: Platform;
  readonly output: Output;
  readonly interrupted: AbortSignal;
  readonly port?: number | undefined;
  /** Project to open in the window; null = the list of projects. */
  readonly folder: string | null;
  readonly open: boolean;
}

/** Serves until interrupted, told to end, or the window is closed; ends everything it started. */
export async function serveScreens({ studio, platform, output, interrupted, port, folder, open }: ServeOptions): Promise<void> {
  if (!existsSync(join(rendererFolder, 'index.html'))) throw new StudioError('not-found', 'serve.no-screens', {}, 'The screens are not built. Run `npm start`, which builds them.');
  if (folder !== null) await studio.handlers['project.open']({ folder }); // says at once what is wrong with it
  const host = await serveStudio(studio, platform, { port: port ?? await lastPort(platform.home), ...keptToken() });
  try {
    if (port === undefined) await keepPort(platform.home, Number(new URL(host.origin).port));
    const project = folder === null ? '' : `&project=${encodeURIComponent(folder)}`;
    const url = host.url + project;
    output.result({ url, pid: process.pid }, () => [`Fovea is at ${url}`]);
    const shown = open ? await show(chooseShowing(thisMachine()), host.ticketUrl() + project, platform.home) : null;
    output.say(shown?.sentence ?? 'No window was asked for.');
    output.say('Ctrl-C ends it.');
    await Promise.race([ended(interrupted), ...(shown === null ? [] : [shown.closed])]);
    await shown?.close();
  } finally {
    await host.close();
  }
}

/** What starts this host again after a crash keeps its token in FOVEA_TOKEN, so that open pages find it again; otherwise each start has its own. */
function keptToken(): { token?: string } {
  const token = process.env['FOVEA_TOKEN'];
  return token !== undefined && /^[\w-]{32,}$/.test(token) ? { token } : {};
}

/** Ctrl-C, a closed terminal, or the polite end that a system sends at shutdown. */
function ended(interrupted: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (interrupted.aborted) resolve();
  interrupted.addEventListener('abort', () => resolve());
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  return promise;
}
