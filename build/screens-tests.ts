// The tests of the screens in a real browser, as `npm test` runs them: in a process of their own, and counted.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Counts { readonly passed: number; readonly failed: number; readonly skipped: number }

/** What of Playwright's JSON report is read here. */
const Report = z.object({ stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }), errors: z.array(z.unknown()) });

/** Counts of a report; a test that failed at first and then passed has failed. What went wrong outside of any test counts as one that failed. */
export function countsOf(report: unknown): Counts {
  const { stats: { expected, unexpected, flaky, skipped }, errors } = Report.parse(report);
  return { passed: expected, failed: unexpected + flaky + errors.length, skipped };
}

/** Runs them all and prints how each went. Without a report, as when Playwright itself cannot start, one has failed. */
export function testScreens(): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-report-')), file = join(folder, 'report.json');
  try {
    spawnSync(process.execPath, [join(root, 'node_modules/@playwright/test/cli.js'), 'test', '-c', 'e2e/playwright.config.ts', '--reporter=list,json'], {
      cwd: root, stdio: 'inherit', env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
    });
    return countsOf(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    console.error('FAILED  the tests of the screens gave no report', error);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
