// Fetches weights when a person asks for them: once for all projects, continued after a broken connection, and used only when size and checksum are right.
import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import { makeFolder, moveInto, writeAside } from '../blobs/durable.ts';
import { storageError } from '../blobs/index.ts';
import { weightsEntry } from './catalogue.ts';
import type { WeightsEntry } from './catalogue.ts';
import { etagFile, fetchPart, Interrupted } from './fetch-part.ts';
import { locateWeights, megabytes, presentSha256, receiptFile, sha256Of, weightsFile } from './locate.ts';
import type { LocatedWeights, Places, Receipt } from './locate.ts';
import { logRequest, requireNetwork } from './network.ts';
import { isRunning } from '../running.ts';

export interface DownloadOptions extends Places {
  readonly signal?: AbortSignal;
  /** Called with every piece. `source`: the page that says what is fetched. */
  readonly progress?: (state: { readonly done: number; readonly total: number; readonly source: string }) => void;
  /** Milliseconds before the second attempt; doubled each time. */
  readonly pause?: number;
  /** Milliseconds without a byte after which a connection counts as broken. */
  readonly patience?: number;
}

/** Attempts in a row that bring no new byte. */
const fruitless = 3;

/**
 * Fetches the weights `id` of the catalogue, unless they are here already.
 * @throws StudioError `network.off`, `weights.offline`, `weights.interrupted` (what came is kept), `weights.size`, `weights.checksum`, `weights.gone`, `weights.cancelled`, `weights.busy`, or `storage`
 */
export async function downloadWeights(id: string, options: DownloadOptions): Promise<LocatedWeights> {
  const entry = weightsEntry(id, options.resources);
  if (entry.location.kind === 'download' && await presentSha256(entry, options) === null) await downloadEntry(entry, options);
  return locateWeights(id, options);
}

/** Fetches one entry into `<home>/weights`. */
export async function downloadEntry(entry: WeightsEntry, options: DownloadOptions): Promise<void> {
  const { location } = entry;
  if (location.kind === 'embedded') throw new Error(`${entry.id} ships with Fovea: nothing to download`);
  await requireNetwork(options.home, entry.id);
  const place = weightsFile(entry, options);
  const part = `${place}.part`;
  try {
    await makeFolder(join(options.home, 'weights'));
    await alone(`${place}.lock`, entry, async () => {
      const stated = await fetchWhole(entry, location.url, part, options);
      const receipt = await verified(entry, location.url, part, stated);
      const aside = await writeAside(join(options.home, 'weights'), (chunk) => chunk(Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`)));
      // The receipt first: weights count as present when both are there.
      await moveInto(receiptFile(entry, options.home), aside);
      await moveInto(place, part);
      await rm(etagFile(part), { force: true });
    });
  } catch (error) {
    throw storageError(error, place);
  }
}

/** @returns the sha256 that the server stated, where it did */
async function fetchWhole(entry: WeightsEntry, url: string, part: string, { home, signal, progress, pause = 500, patience = 60_000 }: DownloadOptions): Promise<string | null> {
  // A file whose size is only computed may differ by its header.
  const limit = entry.exact ? entry.bytes : entry.bytes + 65_536;
  let done = await sizeOfFile(part);
  for (let failures = 0, wait = pause; ; wait *= 2) {
    try {
      signal?.throwIfAborted();
      return await fetchPart(url, part, { limit, signal, patience, progress: (bytes) => progress?.({ done: bytes, total: entry.bytes, source: entry.source }), log: (asked, status) => logRequest(home, { at: new Date().toISOString(), what: entry.id, url: asked, status }) });
    } catch (error) {
      if (signal?.aborted) throw new StudioError('cancelled', 'weights.cancelled', { id: entry.id }, `The download of ${entry.id} was stopped. What came so far is kept for the next time.`, { cause: error });
      if (!(error instanceof Interrupted)) throw error;
      const now = await sizeOfFile(part);
      failures = now > done ? 1 : failures + 1;
      if (now > done) wait = pause;
      done = now;
      if (failures >= fruitless) throw givenUp(entry, url, done, error);
    }
    await delay(wait, undefined, { signal }).catch(() => undefined);
  }
}

function givenUp(entry: WeightsEntry, url: string, done: number, error: Interrupted): StudioError {
  const { host } = new URL(url);
  const by = `Get ${url} on another machine and name that file`;
  return error.reached || done > 0
    ? new StudioError('download', 'weights.interrupted', { id: entry.id, done, bytes: entry.bytes, host },
      `The download of ${entry.id} from ${host} keeps breaking off (${error.message}). ${megabytes(done)} of ${megabytes(entry.bytes)} are kept: try again later to continue. Or: ${by}.`, { cause: error })
    : new StudioError('download', 'weights.offline', { id: entry.id, host }, `${host} cannot be reached, so ${entry.id} (${megabytes(entry.bytes)}) was not fetched. Check the network connection and try again. Or: ${by}.`, { cause: error });
}

/** What the finished part is; a wrong one is removed. */
async function verified(entry: WeightsEntry, url: string, part: string, stated: string | null): Promise<Receipt> {
  const bytes = await sizeOfFile(part);
  const sha256 = await sha256Of(part);
  const expected = entry.sha256 ?? stated;
  const wrongSize = entry.exact && bytes !== entry.bytes;
  if (wrongSize || (expected !== null && sha256 !== expected)) {
    await rm(part, { force: true });
    await rm(etagFile(part), { force: true });
    if (wrongSize) throw new StudioError('download', 'weights.size', { id: entry.id, bytes, expected: entry.bytes }, `What came for ${entry.id} has ${bytes} bytes instead of ${entry.bytes}, so it is not what the catalogue means. It was removed. Try again, or get the file by hand and name it.`);
    throw new StudioError('download', 'weights.checksum', { id: entry.id, sha256, expected: expected ?? '' }, `What came for ${entry.id} has another checksum than it should have: it was damaged or changed on the way. It was removed. Try again, or get the file by hand and name it.`);
  }
  return { id: entry.id, url, bytes, sha256, at: new Date().toISOString() };
}

async function sizeOfFile(path: string): Promise<number> {
  return stat(path).then(({ size }) => size, () => 0);
}

/** Runs `work` while no other process fetches the same weights. The lock names its process, and does not outlive it. */
async function alone(lock: string, entry: WeightsEntry, work: () => Promise<void>): Promise<void> {
  if (!await tryLock(lock)) {
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (owner > 0 && isRunning(owner)) throw new StudioError('locked', 'weights.busy', { id: entry.id, process: owner }, `Another Fovea (process ${owner}) is fetching ${entry.id} now. Wait until it is done.`);
    await rm(lock, { force: true });
    if (!await tryLock(lock)) throw new StudioError('locked', 'weights.busy', { id: entry.id }, `Another Fovea has just begun to fetch ${entry.id}. Wait until it is done.`);
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx');
    await handle.writeFile(String(process.pid)).finally(() => handle.close());
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
