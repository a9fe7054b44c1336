// The switch that forbids every request, and the log of those that were made: both lie in the person's own folder.
import { appendFile, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import { NetworkRequest } from '#contract/network.ts';
import type { NetworkState } from '#contract/network.ts';
import { makeFolder, writeAside } from '../blobs/durable.ts';

const Switch = z.object({ allowed: z.boolean() });
const switchFile = (home: string) => join(home, 'network.json');
const logFile = (home: string) => join(home, 'network.log');
const shown = 200;

/** Without the file requests are allowed: they are made only when a person asks. */
async function isAllowed(home: string): Promise<boolean> {
  const text = await readFile(switchFile(home), 'utf8').catch(() => null); // not there yet
  if (text === null) return true;
  // A file that cannot be understood forbids: that is the safe side.
  try {
    return Switch.parse(JSON.parse(text)).allowed;
  } catch {
    return false;
  }
}

export async function allowNetwork(home: string, allowed: boolean): Promise<void> {
  await makeFolder(home);
  await rename(await writeAside(home, (write) => write(Buffer.from(JSON.stringify({ allowed })))), switchFile(home));
}

/** Throws `refused` where a person has switched requests off. */
export async function requireNetwork(home: string, what: string): Promise<void> {
  if (!await isAllowed(home)) throw new StudioError('refused', 'network.off', { what }, `Requests to the network are switched off in Settings, so ${what} is not fetched. Switch them on, or get the file on another machine.`);
}

/** Adds a line for a request that was made. */
export async function logRequest(home: string, request: NetworkRequest): Promise<void> {
  await makeFolder(home);
  await appendFile(logFile(home), `${JSON.stringify(request)}\n`);
}

export async function networkState(home: string): Promise<NetworkState> {
  const text = await readFile(logFile(home), 'utf8').catch(() => ''); // nothing was asked yet
  const requests = text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return [NetworkRequest.parse(JSON.parse(line))];
    } catch {
      return []; // a line cut off by a crash
    }
  });
  return { allowed: await isAllowed(home), requests: requests.slice(-shown).reverse() };
}
