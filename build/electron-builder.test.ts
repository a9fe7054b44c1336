import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Configuration } from 'electron-builder';
import { configuration } from './electron-builder.ts';
import { wrongFuses } from './fuses.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
// electron-builder's own reading and validation; these parts of it have no public types.
const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config.js') as {
  getConfig(folder: string, file: string, options: object): Promise<Configuration>;
  validateConfiguration(config: object, log: { readonly isEnabled: boolean }): Promise<void>;
};
const systems: readonly (readonly [NodeJS.Platform, string])[] = [['linux', 'x64'], ['linux', 'arm64'], ['win32', 'x64'], ['darwin', 'x64'], ['darwin', 'arm64']];

test('electron-builder reads the configuration and finds it valid on every system', async () => {
  const read = await getConfig(root, 'build/electron-builder.ts', {});
  assert.equal(read.appId, 'org.fovea.studio');
  await validateConfiguration(read, { isEnabled: false });
  for (const [platform, arch] of systems) await validateConfiguration(configuration(platform, arch, { FOVEA_ENGINES: root, ELECTRON_DIST: root }), { isEnabled: false });
  await assert.rejects(validateConfiguration({ ...read, nonsense: 1 }, { isEnabled: false }), /nonsense/);
});

test('each system gets the Node program that the lock file has for it', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { os?: unknown; cpu?: unknown; bin?: { node?: string } }> };
  for (const [platform, arch] of systems) {
    const resources = configuration(platform, arch, {}).extraResources as readonly { from: string; to: string }[]; // as configuration() writes them
    const { from = '' } = resources.find(({ to }) => /^bin\/node(\.exe)?$/.test(to)) ?? {};
    const [, name = '', file] = /^(node_modules\/[^/]+)\/(.+)$/.exec(from) ?? [];
    assert.deepEqual([[packages[name]?.os].flat(), [packages[name]?.cpu].flat(), packages[name]?.bin?.node], [[platform], [arch], file], `${platform} ${arch}`);
  }
});

test('files that the configuration names are there, and engines are put in only where they are', () => {
  const config = configuration('linux', 'x64', { FOVEA_ENGINES: join(root, 'not there') });
  const resources = config.extraResources as readonly { from: string; to: string }[]; // as configuration() writes them
  for (const { from } of resources) if (from.startsWith('build/')) assert.ok(existsSync(join(root, from)), from);
  for (const file of [config.linux?.icon, config.mac?.entitlements, 'LICENSE']) assert.ok(file && existsSync(join(root, String(file))), String(file));
  assert.ok(!resources.some(({ to }) => to === 'engines'));
  assert.ok((configuration('linux', 'x64', { FOVEA_ENGINES: root }).extraResources as readonly { to: string }[]).some(({ to }) => to === 'engines'));
});

test('a fuse that is not burnt as it must be is found by name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-fuses-')), program = join(folder, 'program');
  // What Electron's programs hold: a sentinel, the version of the wire, its length, and a digit per fuse, in the order of the options.
  const burn = (digits: string) => writeFileSync(program, Buffer.concat([Buffer.from('before dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'), Buffer.from([1, digits.length]), Buffer.from(`${digits} after`)]));
  burn('010011000');
  assert.deepEqual(await wrongFuses(program), []);
  burn('111011010');
  assert.deepEqual(await wrongFuses(program), ['RunAsNode', 'EnableNodeOptionsEnvironmentVariable', 'GrantFileProtocolExtraPrivileges']);
  rmSync(folder, { recursive: true });
});

test('the bundled command line runs as a program of its own, with its probe, jobs and workers', () => {
  execFileSync(process.execPath, [join(root, 'build/bundle.ts')]);
  const run = (...args: string[]) => JSON.parse(execFileSync(process.execPath, [join(root, 'dist/node/fovea.js'), ...args, '--json'], { encoding: 'utf8' })) as Record<string, unknown>;
  const { engines } = run('doctor') as { engines: { id: string; available: boolean; reason: string | null }[] };
  for (const id of ['wasm', 'onnx']) assert.ok(engines.some((engine) => engine.id === id && engine.available), JSON.stringify(engines));
  assert.ok((run('backbones') as { backbones: { weights: { embedded: boolean; present: boolean }[] }[] }).backbones.some(({ weights }) => weights.some(({ embedded, present }) => embedded && present)));
});
