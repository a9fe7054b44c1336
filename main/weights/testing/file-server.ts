// A file server on this machine that can break off, change its file, or lie, for tests of downloads.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server's file holds. */
export const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) % 251));
export const sha256 = createHash('sha256').update(content).digest('hex');

/** `visit` counts requests from 1. */
export type Handler = (request: IncomingMessage, response: ServerResponse, visit: number) => void;

export interface Site {
  readonly url: string;
  /** Range header of every request, or null. */
  readonly ranges: (string | null)[];
  close(): Promise<void>;
}

export async function serve(handler: Handler): Promise<Site> {
  const ranges: (string | null)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? null);
    handler(request, response, ranges.length);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    // A listening TCP server has an address with a port.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.safetensors`,
    ranges,
    close: () => new Promise((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }),
  };
}

/** First byte that a Range header asks for. */
export const startOf = (range: string | null | undefined) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);

/** A well-behaved file server; `until`: the connection breaks before that byte. */
export function sendFile(request: IncomingMessage, response: ServerResponse, { until = Infinity, bytes = content, etag = '"v1"' } = {}): void {
  const from = startOf(request.headers.range);
  const condition = request.headers['if-range'];
  const partial = from > 0 && (condition === undefined || condition === etag);
  if (partial && from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  const start = partial ? from : 0;
  response.writeHead(partial ? 206 : 200, {
    etag, 'content-length': bytes.length - start, ...(partial ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  if (until >= bytes.length) response.end(bytes.subarray(start));
  else response.write(bytes.subarray(start, until), () => setTimeout(() => response.destroy(), 100));
}
