// What only Electron can show: its window, its locks, its protocol, its jobs. Skipped, and said so, where its program is not.
import { join } from 'node:path';
import { drawTwoClasses } from '../../main/host/testing/two-classes.ts';
import { expect, test } from './app.ts';

test('the window shows the screens from our own address, sandboxed, with the bridge and nothing of Node', async ({ window }) => {
  await expect(window).toHaveTitle(/Fovea/);
  expect(window.url()).toMatch(/^app:\/\/fovea\//);
  expect(await window.evaluate(() => [typeof (globalThis as { require?: unknown }).require, typeof (globalThis as { process?: unknown }).process, Object.keys((globalThis as unknown as { fovea: object }).fovea)]))
    .toEqual(['undefined', 'undefined', ['request', 'onPush', 'pathOf']]);
});

test('the page can neither leave, nor open a window, nor reach the network, nor read a file by address', async ({ application, window }) => {
  await window.evaluate(() => { location.href = 'https://example.org/'; });
  await window.evaluate(() => { open('https://example.org/'); });
  await expect(window).toHaveURL(/^app:\/\/fovea\//);
  expect(await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  for (const address of ['https://example.org/', 'file:///etc/hosts', 'app://fovea/..%2f..%2fpackage.json']) {
    expect(await window.evaluate((url) => fetch(url).then(({ ok }) => ok, () => false), address), address).toBe(false);
  }
  expect(await window.evaluate(() => navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state))).toBe('denied');
});

test('a folder from the system\'s dialog becomes a project whose pictures are imported, trained on and predicted in utility processes', async ({ application, window, scratch }) => {
  const pictures = join(scratch, 'pictures'), folder = join(scratch, 'project');
  await drawTwoClasses(pictures, 24);
  await application.evaluate(({ dialog }, path) => { dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] }); }, pictures);
  interface Bridge { request(request: object): Promise<{ result: Record<string, string> }> }
  const ask = (request: object) => window.evaluate((given) => (globalThis as unknown as { fovea: Bridge }).fovea.request(given), request);
  expect(await ask({ to: 'window', request: { type: 'choose-folder', title: 'Pictures' } })).toEqual({ result: pictures });
  const call = async (name: string, args: object) => (await ask({ to: 'studio', request: { id: 1, name, args } })).result;
  const { id: projectId } = await call('project.create', { folder, name: 'Desktop', task: 'classification' });
  const ended = (jobId: string | undefined) => expect.poll(async () => ((await call('job.list', { projectId })) as unknown as { id: string; status: string }[]).find(({ id }) => id === jobId)?.status, { timeout: 60_000 }).toBe('finished');
  await ended((await call('image.import', { projectId, options: { paths: [pictures], subject: 'regex:^(S\\d+)_' } }))['jobId']);
  await call('split.make', { projectId, options: {} });
  const run = await call('run.start', { projectId, options: { strategy: 'feature-extraction' } });
  await ended(run['jobId']);
  const { modelId } = await call('run.get', { projectId, runId: run['runId'] });
  await ended((await call('model.predict', { projectId, modelId, paths: [pictures] }))['jobId']);
});

test('the menu is the screens\' own table of commands', async ({ application, window }) => {
  await expect(window).toHaveTitle(/Fovea/);
  const accelerator = () => application.evaluate(({ Menu }) => String(Menu.getApplicationMenu()?.getMenuItemById('project.open')?.accelerator));
  await expect.poll(accelerator).toBe('CommandOrControl+O');
});
