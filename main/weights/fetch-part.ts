// One attempt at fetching a file: opens the connection, continues where an earlier attempt ended, and appends what comes to a part file.
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { StudioError } from '#contract/errors.ts';

export interface FetchOptions {
  /** More bytes than this are refused. */
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds without a byte after which the connection counts as broken. */
  readonly patience: number;
  readonly progress: (done: number) => void;
  /** Told of every request, also of those that lead elsewhere; `status` is null when nobody answered. */
  readonly log: (url: string, status: number | null) => Promise<void>;
}

/** The connection failed or broke: worth another attempt. `reached`: a server had answered. */
export class Interrupted extends Error {
  readonly reached: boolean;
  constructor(reached: boolean, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reached = reached;
  }
}

/** Where the part's ETag is kept, so that a continued part is never mixed from two files. */
export const etagFile = (part: string) => `${part}.etag`;

/**
 * Appends to the part file until the server has sent everything.
 * @returns the sha256 that the server states for the file, where it does (`x-linked-etag`)
 * @throws Interrupted, or StudioError `weights.gone`, `weights.size`
 */
export async function fetchPart(url: string, part: string, options: FetchOptions): Promise<string | null> {
  const have = await stat(part).then(({ size }) => size, () => 0);
  const etag = have > 0 ? await readFile(etagFile(part), 'utf8').catch(() => null) : null;
  const idle = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, idle.signal]) : idle.signal;
  let timer = setTimeout(() => idle.abort(), options.patience);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => idle.abort(), options.patience);
  };
  try {
    const headers = { 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-` } : {}), ...(etag ? { 'if-range': etag } : {}) };
    const { response, stated } = await request(url, headers, signal, options.log);
    alive();
    if (await acceptable(response, have, part)) await append(response, part, response.status === 206 ? have : 0, { ...options, alive });
    return stated;
  } finally {
    clearTimeout(timer);
  }
}

/** Follows redirects by hand: each must be https (or stay on this machine), and the first may state the checksum. */
async function request(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal, log: FetchOptions['log']): Promise<{ response: Response; stated: string | null }> {
  let stated: string | null = null;
  let target = new URL(url);
  const local = isLocal(target);
  for (let hops = 0; hops < 6; hops++) {
    if (target.protocol !== 'https:' && !(local && isLocal(target))) {
      throw new StudioError('download', 'weights.unsafe', { url, target: target.origin }, `The download from ${url} was led to ${target.origin}, which is not encrypted. Nothing was fetched from there.`);
    }
    const response = await fetch(target, { headers, signal, redirect: 'manual' }).catch(async (cause: unknown) => {
      await log(target.href, null);
      throw new Interrupted(false, `${target.host} does not answer`, { cause });
    });
    await log(target.href, response.status);
    const linked = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(response.headers.get('x-linked-etag') ?? '')?.[1];
    stated ??= linked ?? null;
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return { response, stated };
    await response.body?.cancel();
    target = new URL(location, target);
  }
  throw new StudioError('download', 'weights.redirects', { url }, `The download from ${url} is passed on without end. Try again later, or get the file by hand and name it.`);
}

const isLocal = (url: URL) => url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);

/** False when the part is already whole. */
async function acceptable(response: Response, have: number, part: string): Promise<boolean> {
  const { status } = response;
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  if (status === 200) return true;
  if (status === 206 && range?.[1] === String(have)) return true;
  await response.body?.cancel();
  if (status === 416 && range?.[2] === String(have)) return false;
  if (status === 206 || status === 416) {
    await rm(part, { force: true });
    throw new Interrupted(true, 'the server continued at the wrong place');
  }
  if (status === 408 || status === 429 || status >= 500) throw new Interrupted(true, `the server answered ${status}`);
  throw new StudioError('download', 'weights.gone', { status, url: response.url },
    `${new URL(response.url).host} answered ${status}: the weights are not there any more, or not for everyone. Get the file by hand and name it, or choose other weights.`);
}

async function append(response: Response, part: string, from: number, { limit, progress, signal, alive }: FetchOptions & { alive: () => void }): Promise<void> {
  const length = response.headers.get('content-length');
  const total = length === null ? null : from + Number(length);
  if (total !== null && total > limit) throw tooLarge(total, limit);
  const etag = response.headers.get('etag');
  if (etag) await writeFile(etagFile(part), etag);
  else await rm(etagFile(part), { force: true });
  const handle = await open(part, from > 0 ? 'r+' : 'w');
  let at = from;
  try {
    progress(at);
    for await (const chunk of chunks(response, signal)) {
      alive();
      if (at + chunk.length > limit) throw tooLarge(at + chunk.length, limit);
      await writeAll(handle, chunk, at);
      at += chunk.length;
      progress(at);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (total !== null && at < total) throw new Interrupted(true, `the connection ended at byte ${at} of ${total}`);
}

async function* chunks(response: Response, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw new Interrupted(true, 'the connection broke', { cause });
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Ends the transfer where writing failed; a stream that broke has nothing left to cancel.
    await reader.cancel().catch(() => undefined);
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) written += (await handle.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
}

function tooLarge(bytes: number, limit: number): StudioError {
  return new StudioError('download', 'weights.size', { bytes, expected: limit }, `The server sends ${bytes} bytes where at most ${limit} are expected, so these are not the weights that the catalogue means. Nothing of it is used.`);
}
