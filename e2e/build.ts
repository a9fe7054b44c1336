// Builds the screens before the tests when they are stale.
import { ensurePart, parts } from '../build/parts.ts';

// Playwright calls a default export.
export default async function build(): Promise<void> {
  await ensurePart(parts.screens);
}
