// Tells whether something built is older than what it is built from.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param built a file that the build writes last
 * @param sources files and folders, looked through to the bottom; tests among them are none
 */
export function isStale(built: string, sources: readonly string[]): boolean {
  const made = statSync(built, { throwIfNoEntry: false })?.mtimeMs;
  return made === undefined || sources.some((source) => newest(source) > made);
}

function newest(path: string): number {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined || path.endsWith('.test.ts')) return 0;
  if (!facts.isDirectory()) return facts.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0);
}
