// The application's menu, made from the screens' own table of commands, so that a shortcut shown is true.
import type { MenuItemConstructorOptions } from 'electron';
import type { Menu } from '#contract/bridge.ts';

/**
 * The template for Menu.buildFromTemplate.
 * The screens hear their own keys, so nothing is registered twice. Keys without Ctrl or Alt are not shown on a Mac, whose menu would take them from text fields.
 */
export function menuTemplate(menus: readonly Menu[], platform: NodeJS.Platform, run: (id: string) => void): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const made = menus.map(({ title, items }, place): MenuItemConstructorOptions => ({
    label: title,
    submenu: [
      ...items.map(({ id, title: label, keys }): MenuItemConstructorOptions => {
        const accelerator = keys === null || (mac && !/(Mod|Alt)\+/.test(keys)) ? null : electronKeys(keys);
        return { id, label, click: () => run(id), ...(accelerator === null ? {} : { accelerator, registerAccelerator: false }) };
      }),
      ...system(place, menus.length, mac),
    ],
  }));
  return mac ? [{ role: 'appMenu' }, ...made, { role: 'windowMenu' }] : made;
}

/** What the system does itself: cut and paste in the second menu, sizes of the window in the third, quitting in the first. */
function system(place: number, menus: number, mac: boolean): MenuItemConstructorOptions[] {
  const line: MenuItemConstructorOptions = { type: 'separator' };
  if (place === 0) return [line, { role: mac ? 'close' : 'quit' }];
  if (place === 1) return [line, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }];
  if (place === 2) return [line, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }];
  return place === menus - 1 && !mac ? [line, { role: 'about' }] : [];
}

const names: Readonly<Record<string, string>> = { Mod: 'CommandOrControl', ArrowLeft: 'Left', ArrowRight: 'Right', ArrowUp: 'Up', ArrowDown: 'Down', '+': 'Plus' };

/** `Mod+Shift+Z` as Electron writes it. */
function electronKeys(keys: string): string {
  return keys.split(/\+(?=.)/).map((part) => names[part] ?? part).join('+');
}
