// Before all tests: the screens are built when they are stale, and the projects that tests begin with are made.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePart, parts } from '../build/parts.ts';
import { prepareProjects } from './prepared.ts';

// Playwright calls a default export, and what it gives after all tests.
export default async function build(): Promise<() => void> {
  await ensurePart(parts.screens);
  const folder = mkdtempSync(join(tmpdir(), 'fovea-prepared-'));
  process.env['FOVEA_E2E_PREPARED'] = folder; // workers inherit it
  try {
    await prepareProjects(folder);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
