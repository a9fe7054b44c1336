// Answers `app://fovea/...`: the files of the screens, and pictures by id. Nothing else has an address.
import { readFile, realpath } from 'node:fs/promises';
import { extname, isAbsolute, join, relative } from 'node:path';
import type { CustomScheme } from 'electron';
import { errorRecord, StudioError } from '#contract/errors.ts';
import { safeHeaders } from '../main/host/headers.ts';
import { pictureAddress, pictureHeaders } from '../main/host/picture-address.ts';
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
      const asked = new URL(request.url);
      const address = pictureAddress(asked);
      if (!address) return await answerFile(renderer, asked.pathname);
      const picture = await studio.picture(address.projectId, address.imageId, address.size, address.window);
      // A copy: a Response wants memory of its own.
      return new Response(Uint8Array.from(picture.bytes), { headers: { ...common, ...pictureHeaders(picture) } });
    } catch (error) {
      if (error instanceof URIError) return plain(400);
      if (error instanceof StudioError && error.code !== 'internal') return Response.json({ error: errorRecord(error) }, { status: error.code === 'not-found' ? 404 : 400, headers: common });
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
