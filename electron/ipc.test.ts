// The contract and the channels of a desktop window: real preload, real bridge, real dispatch, real jobs; Electron is played by a stand-in.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BrowserWindow as ElectronWindow, Dialog, IpcMain, Shell } from 'electron';
import type { Bridge, BridgePush, BridgeRequest, Leaving } from '#contract/bridge.ts';
import { StudioError } from '#contract/errors.ts';
import { contractSuite } from '../main/host/contract-suite.ts';
import { createStudio } from '../main/studio.ts';
import type { Studio } from '../main/studio.ts';
import { openBridge, tops } from '../renderer/link/bridge.ts';
import { desktopEntries } from './entries.ts';
import { openChannels } from './ipc.ts';
import { electronPlatform } from './platform.ts';
import { BrowserWindow, dialog, ipcMain, person, seen, shell, utilityProcess } from './testing/electron.ts';
import { bridgeOf, runPreload } from './testing/preload.ts';

/** What windows said that they would ask. */
const kept: Leaving[] = [];

/** A studio behind the channels, and one window that shows our page. */
async function openDoor(home: string): Promise<{ studio: Studio; window: BrowserWindow; tell(push: BridgePush): void }> {
  const studio = await createStudio(electronPlatform({ utilityProcess, home, electron: 'none: a stand-in', job: fileURLToPath(desktopEntries.job) }));
  const { tell } = openChannels({
    ipcMain: ipcMain as unknown as IpcMain, studio, home, dialog: dialog as unknown as Dialog, shell: shell as unknown as Shell, // the parts that are used
    windows: () => BrowserWindow.getAllWindows() as unknown as readonly ElectronWindow[], keepLeaving: (_window, leaving) => { kept.push(leaving); }, showMenu: (menus) => { seen.menu = menus.map(({ title }) => ({ label: title })); },
  });
  const window = new BrowserWindow({});
  window.webContents.mainFrame.url = 'app://fovea/';
  return { studio, window, tell };
}
const doorOf = (bridge: Bridge) => openBridge({ fovea: bridge, location: { search: '?project=%2Fhome%2Fa%20b' } })!;

contractSuite('the channels of a desktop window (Electron played by a stand-in)', async (home) => {
  const { studio, window } = await openDoor(home);
  return { link: doorOf(await bridgeOf(window)).link, close: async () => { await studio.close(); window.close(); } };
});

describe('the channels of a desktop window', () => {
  let scratch = '', studio: Studio, window: BrowserWindow, tell: (push: BridgePush) => void;
  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'fovea-ipc-'));
    ({ studio, window, tell } = await openDoor(scratch));
  });
  after(async () => {
    await studio.close();
    window.close();
    rmSync(scratch, { recursive: true });
  });

  test('the preload puts one narrow object on the page, and nothing of Electron', async () => {
    const exposed = await runPreload(window);
    assert.deepEqual(Object.keys(exposed), ['fovea']);
    assert.deepEqual(Object.keys(exposed['fovea'] as object), ['request', 'onPush', 'pathOf']);
  });

  test('strangers are not heard: a frame in our page, a page that went elsewhere, a frame that is gone, a window that is not ours', async () => {
    const version: BridgeRequest = { to: 'studio', request: { id: 1, name: 'app.version', args: {} } };
    const frames: readonly object[] = [{ url: 'app://fovea/' }, { url: 'https://example.org/' }];
    for (const frame of frames) await assert.rejects((await bridgeOf(window, frame)).request(version), /refused/);
    const handler = seen.invoked.get('fovea:request')!;
    await assert.rejects(async () => handler({ sender: window.webContents, senderFrame: null }, version), /refused/);
    const closed = new BrowserWindow({});
    closed.webContents.mainFrame.url = 'app://fovea/';
    closed.close();
    await assert.rejects((await bridgeOf(closed)).request(version), /refused/);
    window.webContents.mainFrame.url = 'app://fovea.evil/';
    await assert.rejects((await bridgeOf(window)).request(version), /refused/);
    window.webContents.mainFrame.url = 'app://fovea/';
    assert.ok('result' in (await (await bridgeOf(window)).request(version) as object));
  });

  test('what is no request is refused in words, whatever it is', async () => {
    const bridge = await bridgeOf(window);
    const wrong: readonly unknown[] = [null, 1, 'x', [], {}, { to: 'nobody', request: {} }, { to: 'shell', request: { type: 'delete', path: '/' } }, { to: 'shell', request: { type: 'list', path: 7 } },
      { to: 'window', request: { type: 'menu', menus: 'x'.repeat(1_000_000) } }, { to: 'window', request: { type: 'choose-folder', title: 't', extra: 1 } }, JSON.parse('{"to":"shell","request":{"type":"places","__proto__":{"a":1},"b":2}}')];
    for (const request of wrong) assert.equal((await bridge.request(request as BridgeRequest) as { error: { code: string } }).error.code, 'invalid', JSON.stringify(request)?.slice(0, 100)); // `as`: the point is that it does not fit
    assert.equal((await bridge.request({ to: 'studio', request: 'nonsense' }) as { error: { code: string } }).error.code, 'invalid');
  });

  test('folders come from the system, dropped files are read where they lie, and the file manager shows only what is there', async () => {
    const { shell: folders, folder, pictureUrl } = doorOf(await bridgeOf(window));
    assert.equal(folder, '/home/a b');
    assert.equal(pictureUrl('p 1', 'i/2', 'thumbnail'), '/picture/p%201/i%2F2/thumbnail');
    assert.equal(pictureUrl('p', 'i', 3000, { low: -5, high: 40 }), '/picture/p/i/3000?window=-5-40');
    assert.equal(await folders.chooseFolder!('Where?'), null);
    person.folder = scratch;
    assert.equal(await folders.chooseFolder!('Where?'), scratch);
    assert.ok((await folders.list(scratch)).path === scratch && (await folders.places()).home.length > 0);
    await folders.reveal(scratch);
    assert.deepEqual(seen.shown, [scratch]);
    await assert.rejects(folders.reveal(join(scratch, 'gone')), (error) => error instanceof StudioError && error.key === 'shell.gone');
    assert.deepEqual(seen.shown, [scratch]);
    const dropped = [['/pictures/cats/a.png', 'cats/a.png'], ['/pictures/cats/deep/b.png', 'cats/deep/b.png'], ['/single.png', 'single.png']] as const;
    // `as`: the stand-in of webUtils reads the path there.
    const received = await folders.receive(dropped.map(([path, below]) => ({ file: { path } as unknown as File, path: below })), () => undefined);
    assert.deepEqual(received.paths, ['/pictures/cats', '/single.png']);
    assert.deepEqual(dropped.map(([path]) => received.droppedAs(path)), dropped.map(([, below]) => below));
    assert.equal(received.droppedAs('/pictures/dogs/a.png'), null);
  });

  test('a page tells its window what to ask before it goes', async () => {
    const leaving: Leaving = { unsaved: { message: 'Leave without saving 2 changes?', detail: '', leave: 'Leave', stay: 'Stay' }, working: null };
    await doorOf(await bridgeOf(window)).tellLeaving(leaving);
    assert.deepEqual(kept, [leaving]);
  });

  test('every window is told what happens, until it stops listening', async () => {
    const bridge = await bridgeOf(window);
    const pushes: BridgePush[] = [];
    const silence = bridge.onPush((push) => pushes.push(push));
    tell({ type: 'command', id: 'app.keys' });
    await doorOf(bridge).link.call('project.create', { folder: join(scratch, 'project'), name: 'P', task: 'classification' });
    assert.deepEqual(pushes.map(({ type }) => type), ['command', 'push']);
    silence();
    tell({ type: 'command', id: 'app.keys' });
    assert.equal(pushes.length, 2);
  });
});

test('dropped folders keep the separators of their system', () => {
  assert.deepEqual(tops([{ file: {} as File, path: 'cats/deep/b.png' }], () => 'C:\\pictures\\cats\\deep\\b.png'), ['C:\\pictures\\cats']);
});
