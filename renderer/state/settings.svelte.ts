// What a person chose for this machine: theme, language, tile size. Kept in the browser's storage, never in a project.
import { speak } from '../messages/index.svelte.ts';
import type { Locale } from '../messages/index.svelte.ts';

export type Theme = 'system' | 'light' | 'dark';
interface Kept { theme: Theme; locale: Locale; tile: number; advance: boolean; keepWindow: boolean; reader: string; firstSteps: boolean; resultRead: boolean; singleKeys: boolean }

const KEY = 'fovea.settings';
const standard: Kept = { theme: 'system', locale: navigator.language.startsWith('pt') ? 'pt-BR' : 'en', tile: 156, advance: true, keepWindow: false, reader: '', firstSteps: true, resultRead: false, singleKeys: true };

function read(): Kept {
  try {
    // Written by this file alone; what is missing falls back to the standard.
    return { ...standard, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>) };
  } catch {
    return standard;
  }
}

export class Settings {
  #kept = $state.raw(read());

  get theme(): Theme { return this.#kept.theme; }
  get locale(): Locale { return this.#kept.locale; }
  /** Smallest width of a picture tile, in pixels. */
  get tile(): number { return this.#kept.tile; }
  /** Whether a class key moves on to the next picture. */
  get advance(): boolean { return this.#kept.advance; }
  get keepWindow(): boolean { return this.#kept.keepWindow; }
  /** Who labels; empty = not said. */
  get reader(): string { return this.#kept.reader; }
  /** Whether the first steps are still shown. */
  get firstSteps(): boolean { return this.#kept.firstSteps; }
  /** Whether a result has been on the screen: the last of the first steps. */
  get resultRead(): boolean { return this.#kept.resultRead; }
  /** Shortcuts without Ctrl; WCAG 2.1.4 asks that they can be turned off. */
  get singleKeys(): boolean { return this.#kept.singleKeys; }

  set(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    localStorage.setItem(KEY, JSON.stringify(this.#kept));
    void this.show();
  }

  /** Puts theme and language on the page. */
  async show(): Promise<void> {
    const root = document.documentElement;
    if (this.theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = this.theme;
    await speak(this.locale);
  }

  get dark(): boolean {
    return this.theme === 'dark' || (this.theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  }
}
