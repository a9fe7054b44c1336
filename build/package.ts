// `npm run package`: builds everything, makes the installers of this system, lets the packaged app test itself, and writes SHA-256s.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wrongFuses } from './fuses.ts';
import { ensurePart, parts } from './parts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'out');

function run(program: string, ...args: readonly string[]): void {
  console.log(`> ${[basename(program), ...args].join(' ')}`);
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${basename(program)} ended with ${error?.message ?? signal ?? status}`);
}

/** The app that the installers hold, as electron-builder leaves it unpacked. */
function packagedProgram(): string {
  const pattern = { linux: 'linux*-unpacked/fovea', darwin: 'mac*/Fovea.app/Contents/MacOS/Fovea', win32: 'win*-unpacked/Fovea.exe' }[process.platform as string];
  const [found] = pattern === undefined ? [] : globSync(pattern, { cwd: out });
  if (found === undefined) throw new Error(`there is no packaged app in ${out}`);
  return join(out, found);
}

function writeSums(): void {
  const installers = globSync('Fovea-*.{AppImage,deb,exe,zip,dmg}', { cwd: out }).sort();
  if (installers.length === 0) throw new Error('no installer was made');
  const lines = installers.map((name) => `${createHash('sha256').update(readFileSync(join(out, name))).digest('hex')}  ${name}`);
  writeFileSync(join(out, `SHA256SUMS-${process.platform}-${process.arch}.txt`), `${lines.join('\n')}\n`);
  console.log(lines.join('\n'));
}

await ensurePart(parts.screens);
await ensurePart(parts.desktop);
mkdirSync(out, { recursive: true });
run(process.execPath, 'build/licences.ts', '--texts', 'out/THIRD-PARTY-LICENCES.txt');
run(process.execPath, 'node_modules/electron-builder/cli.js', '--config', 'build/electron-builder.ts', '--publish', 'never');
const program = packagedProgram();
const wrong = process.env['FOVEA_FLAVOUR'] === 'e2e' ? [] : await wrongFuses(program);
if (wrong.length > 0) throw new Error(`fuses are not as they must be: ${wrong.join(', ')}`);
run(program, '--self-test');
writeSums();
