// The port of the last start: a browser keeps a page's settings by its port, so the same one is taken again while it is free.
import { createServer } from 'node:net';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const file = (home: string): string => join(home, 'port');

/** @returns the port of the last start when nobody has it now, else 0, which means any free one */
export async function lastPort(home: string): Promise<number> {
  const port = Number(await readFile(file(home), 'utf8').catch(() => '')); // none yet
  return Number.isInteger(port) && port >= 1024 && port <= 65535 && await free(port) ? port : 0;
}

export async function keepPort(home: string, port: number): Promise<void> {
  await mkdir(home, { recursive: true });
  await writeFile(file(home), String(port));
}

function free(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  return promise;
}
