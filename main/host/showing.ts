// Decides what shows the screens of the loopback host on this machine: a window of a browser, the default browser, or only an address.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Showing =
  /** A Chromium-family browser, opened with `--app=` as a window of its own. */
  | { readonly kind: 'window'; readonly program: string; readonly why: string }
  /** Whatever the system opens addresses with. */
  | { readonly kind: 'browser'; readonly program: string; readonly args: readonly string[]; readonly why: string }
  /** Nothing: the person opens it. */
  | { readonly kind: 'address'; readonly why: string };

/** What the decision depends on. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Chromium refuses to start as root with its sandbox on, and it is not for us to turn that off. */
  readonly root: boolean;
  exists(path: string): boolean;
}

export const thisMachine = (): Surroundings => ({ platform: process.platform, environment: process.env, root: process.getuid?.() === 0, exists: existsSync });

/** Why no window can be shown here at all; null when one can. */
export function withoutScreen({ platform, environment, root }: Surroundings): string | null {
  if (platform !== 'linux') return null;
  if (!environment['DISPLAY'] && !environment['WAYLAND_DISPLAY']) return 'this machine has no display';
  return root ? 'windows of a browser do not start as root' : null;
}

/** FOVEA_BROWSER decides when it is set: `none`, `default`, or a Chromium-family program. */
export function chooseShowing(machine: Surroundings): Showing {
  const wanted = machine.environment['FOVEA_BROWSER'];
  if (wanted === 'none') return { kind: 'address', why: 'FOVEA_BROWSER=none' };
  if (wanted && wanted !== 'default') {
    const program = find(machine, wanted);
    return program === null ? { kind: 'address', why: `FOVEA_BROWSER=${wanted} is not on this machine` } : { kind: 'window', program, why: `FOVEA_BROWSER=${wanted}` };
  }
  const dark = withoutScreen(machine);
  if (dark !== null) return { kind: 'address', why: dark };
  if (wanted !== 'default') {
    for (const { name, places } of browsers(machine)) {
      const program = places.map((place) => find(machine, place)).find((found) => found !== null);
      if (program) return { kind: 'window', program, why: `${name} is installed` };
    }
  }
  const why = wanted === 'default' ? 'FOVEA_BROWSER=default' : 'no Chromium-family browser was found';
  switch (machine.platform) {
    // `start` is a word of the shell; this is what it calls, without a shell to misread the address.
    case 'win32': return { kind: 'browser', program: 'rundll32.exe', args: ['url.dll,FileProtocolHandler'], why };
    case 'darwin': return { kind: 'browser', program: 'open', args: [], why };
    default: {
      const program = find(machine, 'xdg-open');
      return program === null ? { kind: 'address', why: `${why}, nor xdg-open` } : { kind: 'browser', program, args: [], why };
    }
  }
}

/** Where each system keeps the browsers that know `--app=`, best first. */
function browsers({ platform, environment }: Surroundings): readonly { readonly name: string; readonly places: readonly string[] }[] {
  switch (platform) {
    case 'darwin': {
      const roots = ['/Applications', join(environment['HOME'] ?? '/', 'Applications')];
      return ['Google Chrome', 'Microsoft Edge', 'Chromium', 'Brave Browser', 'Vivaldi'].map((name) => ({ name, places: roots.map((root) => `${root}/${name}.app/Contents/MacOS/${name}`) }));
    }
    case 'win32': {
      const roots = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) => environment[name]).filter((root) => root !== undefined);
      const at = (path: string) => roots.map((root) => `${root}\\${path}`);
      return [
        { name: 'Microsoft Edge', places: at('Microsoft\\Edge\\Application\\msedge.exe') }, { name: 'Google Chrome', places: at('Google\\Chrome\\Application\\chrome.exe') },
        { name: 'Brave', places: at('BraveSoftware\\Brave-Browser\\Application\\brave.exe') }, { name: 'Vivaldi', places: at('Vivaldi\\Application\\vivaldi.exe') },
      ];
    }
    default: return [
      { name: 'Google Chrome', places: ['google-chrome-stable', 'google-chrome'] }, { name: 'Chromium', places: ['chromium', 'chromium-browser'] },
      { name: 'Microsoft Edge', places: ['microsoft-edge-stable', 'microsoft-edge'] }, { name: 'Brave', places: ['brave-browser'] }, { name: 'Vivaldi', places: ['vivaldi-stable', 'vivaldi'] },
    ];
  }
}

/** A path as it is, a bare name by the search path. */
function find({ environment, exists }: Surroundings, program: string): string | null {
  if (/[\\/]/.test(program)) return exists(program) ? program : null;
  return (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, program)).find(exists) ?? null;
}
