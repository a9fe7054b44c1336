// The real screens and the real preload in Chromium, over the desktop app's own protocol and channels; only Electron is played by a stand-in.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import type { MenuItemConstructorOptions } from 'electron';
import { preloadScript } from '../build/bundle.ts';
import { ensurePart, parts } from '../build/parts.ts';
import { drawTwoClasses } from '../main/host/testing/two-classes.ts';
import { app, BrowserWindow, seen } from './testing/electron.ts';

const standIn = new URL('./testing/electron.ts', import.meta.url).href;
registerHooks({ resolve: (specifier, context, next) => specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context) });

const program = [process.env['FOVEA_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', chromium.executablePath()].find((path) => path && existsSync(path));
const skip = program === undefined && 'there is no Chromium on this machine';
/** Chromium knows no scheme of ours, so the page has this address and its requests are handed to the real handler of `app:`. */
const outside = 'https://fovea.test', inside = 'app://fovea';

let scratch = '', browser: Browser | undefined, page: Page;
const violations: string[] = [], foreign: string[] = [], faults: string[] = [];

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 30_000;
  while (!await holds()) {
    assert.ok(Date.now() < end, `waited in vain for ${what}`);
    await wait(20);
  }
}

/** Lets a page of Chromium be the page of the app's window. */
async function show(window: BrowserWindow, chromium: Browser): Promise<Page> {
  const opened = await chromium.newPage();
  const { webContents } = window;
  await opened.route('**/*', async (route) => {
    const url = route.request().url();
    if (!url.startsWith(outside)) {
      foreign.push(url);
      return route.abort();
    }
    const answer = await seen.protocols.get('app')!(new Request(url.replace(outside, inside)));
    return route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.arrayBuffer()) });
  });
  await opened.exposeFunction('invokeMain', (channel: string, message: unknown) => seen.invoked.get(channel)!({ sender: webContents, senderFrame: webContents.mainFrame }, message));
  webContents.on('sent', (channel: string, message: unknown) => void opened.evaluate(`dispatchEvent(new CustomEvent(${JSON.stringify(channel)}, { detail: ${JSON.stringify(message)} }))`));
  opened.on('pageerror', (error) => faults.push(error.message));
  opened.on('console', (line) => { if (/content security policy/i.test(line.text())) violations.push(line.text()); });
  await opened.addInitScript(`{
    const heard = new Map();
    const electron = {
      contextBridge: { exposeInMainWorld: (name, value) => { globalThis[name] = value; } },
      ipcRenderer: {
        invoke: (channel, message) => globalThis.invokeMain(channel, message),
        on: (channel, hear) => { const listener = ({ detail }) => hear({}, detail); heard.set(hear, listener); addEventListener(channel, listener); },
        off: (channel, hear) => removeEventListener(channel, heard.get(hear)),
      },
      webUtils: { getPathForFile: () => '' },
    };
    ((require) => { ${await preloadScript()} })(() => electron);
  }`);
  await opened.goto(webContents.mainFrame.url.replace(inside, outside));
  return opened;
}

before(async () => {
  if (program === undefined) return;
  scratch = mkdtempSync(join(tmpdir(), 'fovea-screens-'));
  process.env['FOVEA_HOME'] = join(scratch, 'home');
  await ensurePart(parts.screens);
  await import('./main.ts');
  await until(() => BrowserWindow.all[0]?.visible === true, 'a window');
  browser = await chromium.launch({ executablePath: program, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] }); // as root Chromium has no sandbox of its own
  page = await show(BrowserWindow.all[0]!, browser);
});
after(async () => {
  if (program === undefined) return;
  const left = new Promise((done) => app.once('exited', done));
  app.quit();
  assert.equal(await left, 0);
  await browser?.close();
  rmSync(scratch, { recursive: true });
});

test('the window is sandboxed and isolated, and its page shows the screens', { skip }, async () => {
  const { sandbox, contextIsolation, nodeIntegration, webviewTag, webSecurity } = BrowserWindow.all[0]!.options.webPreferences ?? {};
  assert.deepEqual({ sandbox, contextIsolation, nodeIntegration, webviewTag, webSecurity, whole: seen.sandboxed }, { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, webSecurity: true, whole: true });
  assert.deepEqual(seen.schemes.map(({ scheme, privileges }) => [scheme, privileges?.bypassCSP ?? false]), [['app', false]]);
  await page.getByText('Fovea').first().waitFor();
  assert.match(await page.title(), /Fovea/);
});

test('the menu holds the screens\' commands, and choosing one runs it', { skip }, async () => {
  await until(() => seen.menu.length > 0, 'the menu');
  const entries = seen.menu.flatMap(({ submenu }) => submenu as MenuItemConstructorOptions[]);
  assert.equal(entries.find(({ id }) => id === 'project.open')?.accelerator, 'CommandOrControl+O');
  (entries.find(({ id }) => id === 'app.keys')!.click as () => void)();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
});

test('a project opens in the window, and its pictures come by id', { skip }, async () => {
  const pictures = join(scratch, 'pictures'), folder = join(scratch, 'project');
  await drawTwoClasses(pictures, 12);
  // The call as the page makes it, through the preload's bridge.
  const call = (name: string, args: object) => page.evaluate(([called, given]) => (globalThis as unknown as { fovea: { request(request: object): Promise<{ result: { id: string } }> } }).fovea.request({ to: 'studio', request: { id: 1, name: called, args: given } }), [name, args] as const);
  const { result: { id: projectId } } = await call('project.create', { folder, name: 'Desktop', task: 'classification' });
  await call('image.import', { projectId, options: { paths: [pictures] } });
  app.emit('second-instance', {}, [], '', { folder });
  const drawn = () => page.locator('img').evaluateAll((images) => images.filter((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0).length);
  await until(async () => await drawn() >= 6, 'thumbnails');
  assert.match(await page.title(), /Desktop/);
});

test('nothing was loaded from elsewhere, no policy was broken, and nothing failed', { skip }, () => {
  assert.deepEqual({ foreign, violations, faults }, { foreign: [], violations: [], faults: [] });
});
