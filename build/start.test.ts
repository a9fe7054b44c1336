import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { electronProgram, fetchElectron } from './electron-binary.ts';
import { ensurePart, parts } from './parts.ts';
import { isStale } from './stale.ts';
import { withoutElectron } from './start.ts';

let scratch = '';
before(() => { scratch = mkdtempSync(join(tmpdir(), 'fovea-start-')); });
after(() => rmSync(scratch, { recursive: true }));

const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));
interface Started { readonly child: ChildProcess; readonly first: { url: string; pid: number }; stderr(): string }

/** Starts a program of ours as a person would and reads its first line. */
async function start(args: readonly string[], environment: Record<string, string>): Promise<Started> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), once(child, 'exit').then(() => assert.fail(`it ended at once: ${stderr}`))])) as [string];
  return { child, first: JSON.parse(line) as { url: string; pid: number }, stderr: () => stderr };
}

async function stop({ child }: Started, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await ended)[0];
}

test('npm start serves the screens, says why not in Electron, and Ctrl-C ends it', async () => {
  const started = await start([program('start.ts'), '--json'], { FOVEA_BROWSER: 'none' });
  const { url, pid } = started.first;
  assert.equal(pid, started.child.pid);
  const page = await (await fetch(url)).text();
  assert.match(page, /<title>Fovea<\/title>/);
  assert.match(started.stderr(), /Shown without Electron: FOVEA_BROWSER is set\./);
  assert.equal(await stop(started, 'SIGINT'), 0);
  await assert.rejects(fetch(url), TypeError);
});

test('npm start waits for no engine: where none can be made it says so, and shows the screens all the same', async () => {
  const started = await start([program('start.ts'), '--json'], { FOVEA_BROWSER: 'none', FOVEA_HOME: join(scratch, 'bare'), PATH: scratch });
  assert.equal((await fetch(started.first.url)).status, 200);
  while (!/No tensorflow engine: /.test(started.stderr())) await wait(10);
  assert.match(started.stderr(), /until it is there the wasm engine serves/);
  assert.equal(await stop(started, 'SIGINT'), 0);
});

test('fovea serve opens a project in a window, and ending it ends the window too', { skip: process.platform === 'win32' && 'needs a shell' }, async () => {
  await ensurePart(parts.screens);
  const browser = join(scratch, 'browser'), note = join(scratch, 'note.txt'), folder = join(scratch, 'a project');
  writeFileSync(browser, `#!/bin/sh\nprintf '%s\\n' "$$" "$@" > '${note}.new'; mv '${note}.new' '${note}'; exec sleep 600\n`);
  chmodSync(browser, 0o755);
  const environment = { FOVEA_HOME: join(scratch, 'home'), FOVEA_BROWSER: browser };
  const command = program('../main/cli/index.ts');
  await once(spawn(process.execPath, [command, 'create', folder], { env: { ...process.env, ...environment }, stdio: 'ignore' }), 'exit');
  const started = await start([command, 'serve', folder, '--json'], environment);
  assert.ok(started.first.url.endsWith(`&project=${encodeURIComponent(folder)}`));
  while (!existsSync(note)) await wait(10);
  const [pid, app = ''] = readFileSync(note, 'utf8').split('\n');
  const { origin, hash } = new URL(started.first.url);
  const [, token = '', project = ''] = /^#token=([\w-]+)(&project=.+)$/.exec(hash) ?? [];
  const [, ticket] = /#ticket=([\w-]+)/.exec(app) ?? [];
  assert.equal(app, `--app=${origin}/#ticket=${ticket}${project}`, 'what every user can list holds no token');
  const exchange = () => fetch(`${origin}/token`, { method: 'POST', headers: { origin, authorization: `Ticket ${ticket}`, 'content-type': 'application/json' }, body: '{}' });
  assert.deepEqual(await (await exchange()).json(), { token });
  assert.equal((await exchange()).status, 403);
  assert.equal(await stop(started, 'SIGTERM'), 0);
  assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });

  // Settings of a page hang on its port: the next start has the same.
  const again = await start([command, 'serve', '--no-open', '--json'], environment);
  assert.equal(new URL(again.first.url).port, new URL(started.first.url).port);
  assert.notEqual(again.first.url, started.first.url, 'the token is new');
  assert.equal(await stop(again, 'SIGINT'), 0);
});

test('fovea serve says at once what is wrong with a project or a port', async () => {
  await ensurePart(parts.screens);
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [program('../main/cli/index.ts'), 'serve', ...args, '--json'], { env: { ...process.env, FOVEA_HOME: join(scratch, 'home') }, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
    const [code] = (await once(child, 'close')) as [number];
    return { code, error: (JSON.parse(stderr) as { error: { code: string } }).error.code };
  };
  assert.deepEqual(await run(join(scratch, 'nowhere')), { code: 1, error: 'not-found' });
  assert.deepEqual(await run('--port', '70000'), { code: 2, error: 'usage' });
});

test('something built is stale when it is missing or older than any source, tests aside', () => {
  const source = join(scratch, 'source', 'deep'), built = join(scratch, 'built.js');
  mkdirSync(source, { recursive: true });
  const write = (file: string, seconds: number) => {
    writeFileSync(file, '');
    utimesSync(file, seconds, seconds);
  };
  write(join(source, 'a.ts'), 1000);
  assert.equal(isStale(built, [join(scratch, 'source')]), true);
  write(built, 2000);
  assert.equal(isStale(built, [join(scratch, 'source'), join(scratch, 'not there')]), false);
  write(join(source, 'a.test.ts'), 3000);
  assert.equal(isStale(built, [join(scratch, 'source')]), false);
  write(join(source, 'b.ts'), 3000);
  assert.equal(isStale(built, [join(scratch, 'source')]), true);
});

test('Electron is looked for where its package puts it, and counts as here only when the program is', () => {
  const folder = join(scratch, 'electron');
  mkdirSync(join(folder, 'dist'), { recursive: true });
  assert.equal(electronProgram(folder, {}), null);
  writeFileSync(join(folder, 'path.txt'), 'electron');
  assert.equal(electronProgram(folder, {}), null);
  writeFileSync(join(folder, 'dist', 'electron'), '');
  assert.equal(electronProgram(folder, {}), join(folder, 'dist', 'electron'));
  assert.equal(electronProgram(folder, { ELECTRON_OVERRIDE_DIST_PATH: join(scratch, 'elsewhere') }), null);
});

test('fetching Electron never hangs: what does not come is given up, ended, and told', async () => {
  const installer = (code: string) => {
    const file = join(scratch, 'install.cjs');
    writeFileSync(file, code);
    return file;
  };
  const signal = new AbortController().signal;
  assert.equal(await fetchElectron(20, signal, installer('')), null);
  assert.equal(await fetchElectron(20, signal, installer('throw new TypeError("fetch failed")')), 'Electron cannot be fetched here (TypeError: fetch failed)');
  const pid = join(scratch, 'pid');
  assert.equal(await fetchElectron(4, signal, installer(`require('fs').writeFileSync(${JSON.stringify(pid)}, String(process.pid)); setInterval(() => {}, 1000)`)), 'Electron did not arrive within 4 s');
  assert.throws(() => process.kill(Number(readFileSync(pid, 'utf8')), 0), { code: 'ESRCH' });
  assert.equal(await fetchElectron(20, signal, join(scratch, 'none.js')), 'Electron is not among the installed packages');
});

test('Electron is not tried where it could show nothing, or where a browser was asked for', () => {
  const machine = (environment: Record<string, string>, root = false) => ({ platform: 'linux' as const, environment, root, exists: () => false });
  assert.equal(withoutElectron(machine({ DISPLAY: ':0' })), null);
  assert.equal(withoutElectron(machine({ DISPLAY: ':0', FOVEA_BROWSER: 'default' })), 'FOVEA_BROWSER is set');
  assert.equal(withoutElectron(machine({})), 'this machine has no display');
  assert.equal(withoutElectron(machine({ DISPLAY: ':0' }, true)), 'windows of a browser do not start as root');
});
