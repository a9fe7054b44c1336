// Answers `app://fovea/...`: the files of the screens, and pictures by id. Nothing else has an address.
import { readFile, realpath } from 'node:fs/promises';
import { extname, isAbsolute, join, relative } from 'node:path';
import type { CustomScheme } from 'electron';
import { errorRecord, StudioError } from '#contract/errors.ts';
import { safeHeaders } from '../main/host/headers.ts';
import { pictureAddress } from '../main/host/picture-address.ts';
import { contentTypes } from '../main/host/static.ts';
import type { Studio } from '../main/studio.ts';
import { isOwn, SCHEME } from './addresses.ts';

/** Registered before the app is ready; it bypasses no policy. */
export const scheme: CustomScheme = { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: true } };

// The same policy as over the loopback host.
const common: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(safeHeaders).map(([name, value]) => [name, String(value)]));

/** @param renderer folder of the built screens */
export function answerAddresses(studio: Pick<Studio, 'picture' | 'log'>, renderer: string): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      if (request.method !== 'GET' || !isOwn(request.url)) return plain(403);
      const { pathname } = new URL(request.url);
      const address = pictureAddress(pathname);
      if (!address) return await answerFile(renderer, pathname);
      const { bytes, type } = await studio.picture(address.projectId, address.imageId, address.size);
      // A picture's id never names other bytes. A copy: a Response wants memory of its own.
      return new Response(Uint8Array.from(bytes), { headers: { ...common, 'content-type': type, 'cache-control': 'private, max-age=86400, immutable' } });
    } catch (error) {
      if (error instanceof URIError) return plain(400);
      if (error instanceof StudioError && error.code !== 'internal') return plain(error.code === 'not-found' ? 404 : 400);
      studio.log('error', `${errorRecord(error).key}: ${request.url.slice(0, 200)} was not answered`, error);
      return plain(500);
    }
  };
}

/** A file of the screens; what leads out of their folder, by name or by link, is not there. */
async function answerFile(folder: string, pathname: string): Promise<Response> {
  const name = decodeURIComponent(pathname);
  const type = contentTypes[extname(name === '/' ? 'index.html' : name)];
  if (type === undefined || name.includes('\0')) return plain(404);
  const root = await realpath(folder);
  const path = await realpath(join(root, name === '/' ? 'index.html' : name)).catch(() => null); // no such file
  if (path === null) return plain(404);
  const inside = relative(root, path);
  if (inside.startsWith('..') || isAbsolute(inside)) return plain(404);
  return new Response(await readFile(path), { headers: { ...common, 'content-type': type } });
}

const plain = (status: number) => new Response(null, { status, headers: common });
