// A window that holds unsaved changes, or the last one under running work, asks before it goes; Electron is played by a stand-in.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { BrowserWindow as ElectronWindow, Dialog } from 'electron';
import type { Leaving } from '#contract/bridge.ts';
import { watchDepartures } from './leaving.ts';
import type { Departures } from './leaving.ts';
import { BrowserWindow, dialog, person, seen } from './testing/electron.ts';

const question = (message: string) => ({ message, detail: 'detail', leave: 'Leave', stay: 'Stay' });
const unsaved: Leaving = { unsaved: question('Leave without saving 2 changes?'), working: question('Run 3 is training. Close?') };
const working: Leaving = { ...unsaved, unsaved: null };
const nothing: Leaving = { unsaved: null, working: null };

function open(platform: NodeJS.Platform = 'linux'): { departures: Departures; window(leaving: Leaving): BrowserWindow } {
  // `as`: the stand-in has the parts that are used.
  const departures = watchDepartures({ dialog: dialog as unknown as Dialog, platform, windows: () => BrowserWindow.getAllWindows() as unknown as readonly ElectronWindow[] });
  return {
    departures,
    window(leaving) {
      const window = new BrowserWindow({});
      departures.attach(window as unknown as ElectronWindow);
      departures.tell(window as unknown as ElectronWindow, leaving);
      return window;
    },
  };
}
const isOpen = (window: BrowserWindow) => BrowserWindow.all.includes(window);
const asked = () => seen.questions.splice(0);

afterEach(() => {
  BrowserWindow.all.splice(0);
  person.leaves = false;
});

test('a window with unsaved changes stays when the person stays, and goes when the person says so, asking once', () => {
  const window = open().window(unsaved);
  window.close();
  assert.ok(isOpen(window));
  assert.deepEqual(asked(), ['Leave without saving 2 changes?']);
  person.leaves = true;
  // Its page holds back too, as pages with unsaved changes do.
  window.close({ pageHoldsBack: true });
  assert.ok(!isOpen(window));
  assert.deepEqual(asked(), ['Leave without saving 2 changes?']);
});

test('a page that is loaded anew with unsaved changes is asked about them, and not about jobs', () => {
  const { window } = open();
  for (const leaves of [false, true]) {
    person.leaves = leaves;
    assert.equal(window(unsaved).unload({ pageHoldsBack: true }), leaves);
    assert.deepEqual(asked(), ['Leave without saving 2 changes?']);
  }
  assert.equal(window(working).unload({ pageHoldsBack: false }), true);
  assert.deepEqual(asked(), []);
});

test('only the last window asks about running work, and none on a Mac, where the app outlives its windows', () => {
  const { window } = open();
  const first = window(working), second = window(working);
  second.close();
  assert.ok(!isOpen(second));
  assert.deepEqual(asked(), []);
  first.close();
  assert.ok(isOpen(first));
  assert.deepEqual(asked(), ['Run 3 is training. Close?']);
  BrowserWindow.all.splice(0);
  const alone = open('darwin').window(working);
  alone.close();
  assert.ok(!isOpen(alone));
  assert.deepEqual(asked(), []);
});

test('quitting asks every window with changes and once about work, and is given up when the person stays', () => {
  const { departures, window } = open();
  window(working);
  window(unsaved);
  assert.equal(departures.mayQuit(), false);
  assert.deepEqual(asked(), ['Run 3 is training. Close?']);
  person.leaves = true;
  assert.equal(departures.mayQuit(), true);
  assert.deepEqual(asked(), ['Run 3 is training. Close?', 'Leave without saving 2 changes?']);
});

test('nothing is asked where nothing would be lost', () => {
  const { departures, window } = open();
  const quiet = window(nothing);
  assert.equal(departures.mayQuit(), true);
  quiet.close();
  assert.ok(!isOpen(quiet));
  assert.deepEqual(asked(), []);
});
