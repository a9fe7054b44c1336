// Where benches find real pictures, and a project folder that goes away again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Real pictures of the benches; absent ones are said plainly by the caller. */
export const testData = process.env['FOVEA_TEST_DATA'] ?? fileURLToPath(new URL('../../shared', import.meta.url));

/** Names a project folder, hands it to `use`, and removes it. */
export async function withProject<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-bench-'));
  try {
    return await use(join(folder, 'project'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
