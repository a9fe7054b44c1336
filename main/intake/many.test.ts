// Ten thousand pictures, in a process of its own: memory does not grow with their number.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

interface Run {
  readonly imported: number;
  readonly rejected: readonly unknown[];
  readonly samples: readonly { readonly done: number; readonly kept: number; readonly resident: number }[];
  readonly peak: number;
}

async function importMany(count: number, side: number): Promise<Run> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', fileURLToPath(new URL('./testing/many.ts', import.meta.url)), String(count), String(side)]);
  return JSON.parse(stdout) as Run;
}

test('ten thousand pictures come in, and what is kept of each is a fingerprint and an id', async () => {
  const { imported, rejected, samples } = await importMany(10_000, 24);
  assert.deepEqual([imported, rejected.length], [10_000, 0]);
  const first = samples.find(({ done }) => done >= 2000)!, last = samples.at(-1)!;
  // A fingerprint, an id and a path in an index take less than 1 kB; a picture held back would be 4 kB and more.
  assert.ok((last.kept - first.kept) / (last.done - first.done) < 1000, `${(last.kept - first.kept) / 8000} bytes per picture`);
  // Heaps of the workers, SQLite's cache and allocators' arenas settle; 8,000 pictures more may not cost 100 MB.
  assert.ok(last.resident - first.resident < 100e6, `${(last.resident - first.resident) / 1e6} MB`);
});

test('large pictures need the memory of a few at a time, however many there are', async () => {
  const few = await importMany(20, 4000), more = await importMany(60, 4000);
  assert.deepEqual([few.imported, more.imported], [20, 60]);
  // Forty pictures more, decoded, are 640 MB; what garbage collectors have not looked at yet is some 90 MB.
  assert.ok(more.peak - few.peak < 250e6, `${(more.peak - few.peak) / 1e6} MB`);
});
