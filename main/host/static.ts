// Serves the built screens: files of one folder, nothing above it.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

/** Of the files that a build of the screens can hold; others are not served. */
export const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json', '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8',
};

/** Answers with the file at `pathname` below `folder`. @returns false when there is none */
export async function serveFile(folder: string, pathname: string, response: ServerResponse): Promise<boolean> {
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return false;
  }
  const path = normalize(join(folder, name === '/' ? 'index.html' : name));
  const type = contentTypes[extname(path)];
  if (!path.startsWith(normalize(folder + sep)) || path.includes('\0') || type === undefined) return false;
  const facts = await stat(path).catch(() => null);
  if (!facts?.isFile()) return false;
  // Vite names everything under assets/ by its content, so it never changes.
  const lasting = name.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache';
  response.writeHead(200, { 'content-type': type, 'content-length': facts.size, 'cache-control': lasting });
  createReadStream(path).on('error', () => response.destroy()).pipe(response);
  return true;
}
