// From key presses to commands. A key that an input, a menu or a dialog needs is left to it.
import { commands, possible } from './commands.ts';
import type { Command } from './commands.ts';
import { mac, shortcut } from './keyboard-names.ts';
import type { Press } from './keyboard-names.ts';
import type { Session } from './state/session.svelte.ts';

/** The command that a press means on the screen that is shown, or none. */
export function commandFor(session: Session, press: Press): { readonly command: Command; readonly key: string } | null {
  const key = shortcut(press);
  const plain = !key.includes('Mod+') && !key.includes('Alt+') && /^(Shift\+)?.$/.test(key);
  if (plain && !session.settings.singleKeys) return null;
  const found = commands.find((one) => one.keys.includes(key) && (one.on?.includes(session.screen) ?? true) && possible(one, session));
  return found ? { command: found, key } : null;
}

const TYPING = 'input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]';
const OWN_KEYS: Readonly<Record<string, string>> = {
  Enter: 'button, a, summary, [role=option]', ' ': 'button, summary', ArrowLeft: 'input, select, [role=radio]', ArrowRight: 'input, select, [role=radio]', Home: 'input', End: 'input',
};

/** True when the key belongs to what has the focus. */
export function ownKey(target: EventTarget | null, press: Press): boolean {
  if (!(target instanceof Element)) return false;
  const mod = mac ? press.metaKey : press.ctrlKey;
  if (target.closest(TYPING)) return !mod || /^[azxcvy]$/i.test(press.key);
  if (mod) return false;
  const own = OWN_KEYS[press.key];
  return own !== undefined && target.closest(own) !== null && target.closest('[data-keys=shared]') === null;
}

/** Listens on the window. @returns how to stop */
export function listen(session: Session): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || ownKey(event.target, event)) return;
    if (session.overlay !== null && !(event.ctrlKey || event.metaKey)) return;
    const found = commandFor(session, event);
    if (!found) return;
    event.preventDefault();
    void found.command.run(session, found.key);
  };
  addEventListener('keydown', onKeyDown);
  return () => removeEventListener('keydown', onKeyDown);
}
