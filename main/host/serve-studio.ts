// A studio behind the loopback host: what `fovea serve`, `npm start` and the browser tests run.
import { fileURLToPath } from 'node:url';
import type { Platform } from '../platform.ts';
import type { Studio } from '../studio.ts';
import { dispatch } from './dispatch.ts';
import { startLoopback } from './loopback.ts';
import type { Loopback, LoopbackOptions } from './loopback.ts';

/** Where the build puts the screens, seen from the source tree. */
export const rendererFolder = fileURLToPath(new URL('../../dist/renderer/', import.meta.url));

export function serveStudio(studio: Studio, platform: Platform, options: Pick<LoopbackOptions, 'port' | 'token'> & { readonly renderer?: string } = {}): Promise<Loopback> {
  return startLoopback({
    served: { answer: (request) => dispatch(studio, request), subscribe: studio.subscribe, picture: studio.picture },
    renderer: rendererFolder,
    home: platform.home,
    log: platform.log,
    ...options,
  });
}
