// `npm test [pattern ...]`: types, import rules, then every test beside its file, on the real engines, then the screens in a real browser. Ends with the line `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { ensurePack } from './engine/ensure.ts';
import { testScreens } from './screens-tests.ts';
import { chromiumProgram } from '../e2e/chromium.ts';
import { homeFolder } from '../main/home.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const patterns = process.argv.slice(2);
const everything = patterns.length === 0;
/** Where the native engine has to be there, a skipped test of it is a failed one. */
const engineRequired = process.env['FOVEA_REQUIRE_TENSORFLOW'] === '1';

/** The same of tests in a browser. Only then does this command run the long ones too, which take minutes: `npm run e2e` runs them by themselves. */
const browserRequired = process.env['FOVEA_REQUIRE_BROWSER'] === '1';

const counts = { passed: 0, failed: 0, skipped: 0 };

if (everything) {
  const { status } = spawnSync(process.execPath, ['build/check.ts'], { stdio: 'inherit' });
  status === 0 ? counts.passed++ : counts.failed++;
}

const pack = await ensurePack(homeFolder(), { progress: (line) => console.log(line) });
if (!pack.available) {
  console.log(`The tensorflow engine is not here. ${pack.reason} Its tests are skipped.`);
  if (engineRequired) counts.failed++;
}

const files = globSync(everything ? ['main/**/*.test.ts', 'build/**/*.test.ts', 'electron/**/*.test.ts', 'renderer/**/*.test.ts'] : patterns).sort();
const results = run({ files, concurrency: 2, timeout: 600_000, execArgv: ['--import', './build/property-seed.ts'] });
results.on('test:pass', ({ details, skip, name }) => {
  if (details.type === 'suite') return;
  if (skip === undefined || skip === false) counts.passed++;
  else if (engineRequired && /tensorflow|engine pack/i.test(`${name} ${skip}`)) {
    counts.failed++;
    console.error(`FAILED  skipped although the tensorflow engine is required: ${name} (${skip})`);
  } else if (browserRequired && /Chromium/.test(String(skip))) {
    counts.failed++;
    console.error(`FAILED  skipped although a browser is required: ${name} (${skip})`);
  } else counts.skipped++;
});
results.on('test:fail', ({ details }) => {
  if (details.type !== 'suite') counts.failed++;
});
const reporter = results.compose(spec());
for await (const text of reporter) process.stdout.write(text);

if (everything && browserRequired) {
  if (chromiumProgram() === undefined) {
    console.error('FAILED  there is no Chromium on this machine. Install chromium, or name one in FOVEA_CHROMIUM.');
    counts.failed++;
  } else {
    const { passed, failed, skipped } = testScreens();
    counts.passed += passed;
    counts.failed += failed;
    counts.skipped += skipped;
  }
}

console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
