// How shortcuts are named in the table of commands and printed on buttons.

export const mac = typeof navigator !== 'undefined' && /Mac/.test(navigator.userAgent);

/** The part of a KeyboardEvent that names a shortcut. */
export interface Press { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean; readonly altKey: boolean; readonly shiftKey: boolean }

/** `Mod+Shift+Z`; Shift is named only with letters and named keys, where the key itself does not tell. */
export function shortcut(press: Press, onMac = mac): string {
  const mod = onMac ? press.metaKey : press.ctrlKey;
  const single = press.key.length === 1;
  const key = single ? press.key.toUpperCase() : press.key;
  const shift = press.shiftKey && (!single || key !== press.key.toLowerCase());
  return [mod ? 'Mod' : '', press.altKey ? 'Alt' : '', shift ? 'Shift' : '', key].filter(Boolean).join('+');
}

const NAMES: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Backspace: '⌫', Escape: 'Esc', Delete: 'Del', ' ': 'Space' };

/** How a shortcut is printed: `Ctrl Shift Z`. */
export function printed(key: string, onMac = mac): string {
  return key.split(/\+(?=.)/).map((part) => (part === 'Mod' ? (onMac ? '⌘' : 'Ctrl') : part === 'Alt' && onMac ? '⌥' : NAMES[part] ?? part)).join(' ');
}
