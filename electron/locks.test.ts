import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { App, Session } from 'electron';
import { isOwn } from './addresses.ts';
import { lockPages, lockSession } from './locks.ts';
import { app, BrowserWindow, guards, session } from './testing/electron.ts';

const strange = ['https://example.org/', 'file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'about:blank', 'app://fovea.evil/', 'app://evil/', 'app://fovea@evil/', 'app://user@fovea/', 'app://fovea:8080/', 'APP:fovea', 'apps://fovea/', 'not an address', ''];
const own = ['app://fovea/', 'app://fovea/?project=%2Fa', 'app://fovea/assets/a.js#/train'];

test('only our own address is our own, however like it another one looks', () => {
  for (const address of strange) assert.equal(isOwn(address), false, address);
  for (const address of own) assert.equal(isOwn(address), true, address);
});

const refused: string[] = [];
lockPages(app as unknown as App, (what) => refused.push(what)); // the stand-in has the part that is used

test('no page leaves for another address, by link, frame or redirect', () => {
  const { webContents } = new BrowserWindow({});
  for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
    const leaves = (url: string) => {
      let stopped = false;
      webContents.emit(event, { url, preventDefault: () => { stopped = true; } });
      return !stopped;
    };
    for (const url of strange) assert.equal(leaves(url), false, `${event} ${url}`);
    for (const url of own) assert.equal(leaves(url), true, `${event} ${url}`);
  }
  assert.equal(refused.length, 3 * strange.length, 'what is refused is told');
});

test('no page opens a window, not even of our own address, and none holds a webview', () => {
  const { webContents } = new BrowserWindow({});
  for (const url of [...strange, ...own]) assert.deepEqual(webContents.opens({ url }), { action: 'deny' });
  let stopped = false;
  webContents.emit('will-attach-webview', { preventDefault: () => { stopped = true; } });
  assert.ok(stopped);
});

test('permissions are denied but for copying and the full screen, devices always, and the network altogether', () => {
  lockSession(session.defaultSession as unknown as Session, () => undefined);
  const granted = (permission: string, requestingUrl: string) => {
    let given: unknown;
    guards['request']?.({}, permission, (answer: boolean) => { given = answer; }, { requestingUrl });
    assert.equal(given, guards['check']?.({}, permission, requestingUrl), 'both questions get one answer');
    return given;
  };
  for (const permission of ['media', 'geolocation', 'notifications', 'midi', 'openExternal', 'clipboard-read', 'hid', 'serial', 'usb', 'fileSystem', 'display-capture']) assert.equal(granted(permission, 'app://fovea/'), false, permission);
  assert.equal(granted('clipboard-sanitized-write', 'app://fovea/'), true);
  assert.equal(granted('clipboard-sanitized-write', 'https://example.org/'), false);
  assert.equal(guards['device']?.({}), false);
  const loads = (url: string) => {
    let cancelled: boolean | undefined;
    guards['load']?.({ url }, (answer: { cancel: boolean }) => { cancelled = answer.cancel; });
    return cancelled === false;
  };
  assert.ok(loads('app://fovea/assets/a.js') && loads('blob:app://fovea/1234'));
  for (const url of ['https://example.org/a.js', 'http://127.0.0.1:80/', 'ws://localhost/', 'file:///etc/passwd', 'app://evil/']) assert.equal(loads(url), false, url);
});
