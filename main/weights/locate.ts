// Where weights lie on this machine: shipped, downloaded, or a file that a person names.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Preprocessing } from '#contract/runs.ts';
import { Sha256 } from '#contract/records.ts';
import { StudioError } from '#contract/errors.ts';
import { z } from 'zod';
import { isFile } from '../blobs/durable.ts';
import { weightsEntry } from './catalogue.ts';
import type { WeightsEntry } from './catalogue.ts';

export interface Places {
  /** Folder for what belongs to the person: downloaded weights lie in `weights` below it. */
  readonly home: string;
  readonly resources: string;
}

export interface LocatedWeights {
  /** Id in the catalogue, or the path as it was given. */
  readonly id: string;
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
  /** SPDX identifier; `unknown` for a person's own file. */
  readonly license: string;
  /** Null for a person's own file: the backbone's own applies. */
  readonly preprocessing: Preprocessing | null;
}

/** What is kept beside a downloaded file. */
export const Receipt = z.object({ id: z.string(), url: z.string(), bytes: z.number().int(), sha256: Sha256, at: z.iso.datetime() });
export type Receipt = z.infer<typeof Receipt>;

export function weightsFile(entry: WeightsEntry, { home, resources }: Places): string {
  if (entry.location.kind === 'embedded') return join(resources, entry.location.file);
  return join(home, 'weights', `${entry.id}${entry.location.url.endsWith('.pth') ? '.pth' : '.safetensors'}`);
}

export function receiptFile(entry: WeightsEntry, home: string): string {
  return join(home, 'weights', `${entry.id}.json`);
}

/** The checksum that an entry's file has: the catalogue's, else the one it had when it was downloaded. Null when it is not on this machine. */
export async function presentSha256(entry: WeightsEntry, places: Places): Promise<string | null> {
  if (!await isFile(weightsFile(entry, places))) return null;
  if (entry.sha256) return entry.sha256;
  const text = await readFile(receiptFile(entry, places.home), 'utf8').catch(() => null);
  if (text === null) return null;
  const receipt = Receipt.safeParse(parsed(text));
  return receipt.success ? receipt.data.sha256 : null;
}

/**
 * @param id id in the catalogue, or the absolute path of a safetensors or .pth file
 * @throws StudioError `weights.unknown`, `weights.no-file`, `weights.not-installed`, or `weights.not-here` with how to get them
 */
export async function locateWeights(id: string, places: Places): Promise<LocatedWeights> {
  if (isAbsolute(id)) {
    if (!await isFile(id)) throw new StudioError('not-found', 'weights.no-file', { path: id }, `There is no file ${id}.`);
    return { id, path: id, sha256: await sha256Of(id), license: 'unknown', preprocessing: null };
  }
  const entry = weightsEntry(id, places.resources);
  const sha256 = await presentSha256(entry, places);
  if (sha256 === null && entry.location.kind === 'embedded') {
    throw new StudioError('unreadable', 'weights.not-installed', { id, file: entry.location.file }, `The weights ${id} should have come with Fovea but are missing. Install Fovea again.`);
  }
  if (sha256 === null) {
    throw new StudioError('not-found', 'weights.not-here', { id, bytes: entry.bytes, source: entry.source },
      `The weights ${id} are not on this machine. They are ${megabytes(entry.bytes)} from ${entry.source}: download them, or name a file that has them.`);
  }
  return { id, path: weightsFile(entry, places), sha256, license: entry.license, preprocessing: entry.preprocessing };
}

/**
 * The bytes of a weight file, checked against what they were when they were located.
 * @throws StudioError `weights.no-file`, `weights.changed`
 */
export async function readWeights({ path, sha256 }: Pick<LocatedWeights, 'path' | 'sha256'>): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new StudioError('not-found', 'weights.no-file', { path }, `The weight file ${path} cannot be read. Put it back, or choose other weights.`, { cause });
  });
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new StudioError('unreadable', 'weights.changed', { path }, `The weight file ${path} is not what it was: its checksum differs. Get it again from its source.`);
  }
  return bytes;
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Bytes for people. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
