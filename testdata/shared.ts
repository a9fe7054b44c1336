// Pictures and weights too large for the repository: where tests find them, and how they say that they are not there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** FOVEA_TEST_DATA, else the folder `shared` beside the repository. */
export const sharedFolder = process.env['FOVEA_TEST_DATA'] ?? fileURLToPath(new URL('../../shared', import.meta.url));

/** A path in the shared folder, and why a test that needs it is skipped: false where it is there. For `test(name, { skip }, ...)`. */
export function sharedData(path: string): { readonly path: string; readonly skip: string | false } {
  const full = join(sharedFolder, path);
  return { path: full, skip: existsSync(full) ? false : `needs ${path} in FOVEA_TEST_DATA` };
}
