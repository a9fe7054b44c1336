import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { keepPort, lastPort } from './kept-port.ts';
import { show } from './show.ts';

let scratch = '';
before(() => { scratch = mkdtempSync(join(tmpdir(), 'fovea-show-')); });
after(() => rmSync(scratch, { recursive: true }));

/** A browser that notes its arguments and starts a process of its own, as browsers do. */
function browser(name: string): { readonly program: string; note(): Promise<readonly string[]> } {
  const program = join(scratch, name), note = join(scratch, `${name}.txt`);
  writeFileSync(program, `#!/bin/sh\nsleep 600 &\nprintf '%s\\n' "$$" "$!" "$@" > '${note}.new'\nmv '${note}.new' '${note}'\nwait\n`);
  chmodSync(program, 0o755);
  return { program, async note() {
    while (!existsSync(note)) await wait(10);
    return readFileSync(note, 'utf8').trim().split('\n');
  } };
}

function runs(pid: string | undefined): boolean {
  try {
    process.kill(Number(pid), 0);
    // What has ended and was not collected by its parent is listed still.
    return process.platform !== 'linux' || !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a window is opened as an application with a profile of its own, and closing it ends all its processes', { skip: process.platform === 'win32' && 'needs a shell' }, async () => {
  const { program, note } = browser('closed');
  const shown = await show({ kind: 'window', program, why: 'a test' }, 'http://127.0.0.1:1/#ticket=t', scratch);
  const [pid, child, ...args] = await note();
  assert.deepEqual(args.slice(0, 2), ['--app=http://127.0.0.1:1/#ticket=t', `--user-data-dir=${join(scratch, 'browser')}`]);
  assert.ok(!args.some((argument) => /sandbox|web-security|remote-debugging/.test(argument)));
  assert.ok(runs(pid) && runs(child));
  await shown.close();
  assert.ok(!runs(pid));
  while (runs(child)) await wait(10); // fails by the test's own time limit
  await shown.close();
});

test('a window that cannot be opened is told with what to do, and fails nothing', async () => {
  const shown = await show({ kind: 'window', program: join(scratch, 'missing'), why: 'a test' }, 'http://127.0.0.1:1/', scratch);
  assert.match(shown.sentence, /Open the address in a browser: .*missing did not start/);
  await shown.close();
  assert.match((await show({ kind: 'address', why: 'this machine has no display' }, 'x', scratch)).sentence, /this machine has no display/);
});

test('the port of the last start is taken again while it is free', async () => {
  const home = join(scratch, 'home');
  assert.equal(await lastPort(home), 0);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number }; // it listens on a port
  await keepPort(home, port);
  assert.equal(await lastPort(home), 0);
  other.close();
  await once(other, 'close');
  assert.equal(await lastPort(home), port);
  for (const nonsense of ['', 'x', '80', '65536', '-1', '1.5']) {
    writeFileSync(join(home, 'port'), nonsense);
    assert.equal(await lastPort(home), 0, nonsense);
  }
});
