import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseShowing, withoutScreen } from './showing.ts';
import type { Surroundings } from './showing.ts';

/** A machine with these programs. */
const machine = (platform: NodeJS.Platform, programs: readonly string[], environment: Record<string, string> = {}, root = false): Surroundings =>
  ({ platform, root, environment: { PATH: '/usr/bin', DISPLAY: ':0', ...environment }, exists: (path) => programs.includes(path) });

test('an installed Chromium-family browser shows a window of its own, wherever the system keeps it', () => {
  const found = [
    chooseShowing(machine('linux', ['/usr/bin/chromium', '/usr/bin/xdg-open'])),
    chooseShowing(machine('linux', ['/usr/bin/brave-browser'])),
    chooseShowing(machine('darwin', ['/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'])),
    chooseShowing(machine('win32', ['C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'], { 'ProgramFiles(x86)': 'C:\\Program Files (x86)' })),
  ];
  assert.deepEqual(found.map(({ kind, why }) => `${kind}: ${why}`), ['window: Chromium is installed', 'window: Brave is installed', 'window: Microsoft Edge is installed', 'window: Microsoft Edge is installed']);
});

test('without one the default browser opens the address, and without that nothing does, saying why', () => {
  assert.deepEqual(chooseShowing(machine('linux', ['/usr/bin/xdg-open'])), { kind: 'browser', program: '/usr/bin/xdg-open', args: [], why: 'no Chromium-family browser was found' });
  assert.equal(chooseShowing(machine('darwin', [])).kind, 'browser');
  assert.equal(chooseShowing(machine('win32', [])).kind, 'browser');
  assert.deepEqual(chooseShowing(machine('linux', [])), { kind: 'address', why: 'no Chromium-family browser was found, nor xdg-open' });
});

test('where no window can be shown none is tried', () => {
  const chromium = ['/usr/bin/chromium', '/usr/bin/xdg-open'];
  assert.deepEqual(chooseShowing(machine('linux', chromium, { DISPLAY: '' })), { kind: 'address', why: 'this machine has no display' });
  assert.deepEqual(chooseShowing(machine('linux', chromium, {}, true)), { kind: 'address', why: 'windows of a browser do not start as root' });
  assert.equal(chooseShowing(machine('linux', chromium, { DISPLAY: '', WAYLAND_DISPLAY: 'wayland-0' })).kind, 'window');
  assert.equal(withoutScreen(machine('darwin', [], { DISPLAY: '' })), null);
});

test('FOVEA_BROWSER decides: none, the default one, or a program by name or path', () => {
  const programs = ['/usr/bin/chromium', '/usr/bin/xdg-open', '/opt/thorium'];
  const choose = (wanted: string, environment: Record<string, string> = {}) => chooseShowing(machine('linux', programs, { FOVEA_BROWSER: wanted, ...environment }));
  assert.equal(choose('none').kind, 'address');
  assert.equal(choose('default').kind, 'browser');
  assert.deepEqual(choose('/opt/thorium'), { kind: 'window', program: '/opt/thorium', why: 'FOVEA_BROWSER=/opt/thorium' });
  assert.equal(choose('chromium', { DISPLAY: '' }).kind, 'window');
  assert.deepEqual(choose('netscape'), { kind: 'address', why: 'FOVEA_BROWSER=netscape is not on this machine' });
});
