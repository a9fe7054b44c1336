// Says things in the person's language: t('key', values), checked by the compiler against the English text.
import { en } from './en.ts';
import type { En, MessageKey } from './en.ts';
import { fill } from '#contract/fill.ts';
import type { Names, Params } from '#contract/fill.ts';

export type { MessageKey } from './en.ts';
export type Locale = 'en' | 'pt-BR';
export const locales: readonly { readonly id: Locale; readonly title: string }[] = [{ id: 'en', title: 'English' }, { id: 'pt-BR', title: 'Português (Brasil)' }];

/** Keys of messages that need no values. */
export type PlainKey = { [K in MessageKey]: [Names<En[K]>] extends [never] ? K : never }[MessageKey];

type Table = Readonly<Record<MessageKey, string>>;
let current = $state.raw<{ locale: Locale; table: Table }>({ locale: 'en', table: en });

/** The locale in use, for numbers and dates too. */
export function locale(): Locale { return current.locale; }

/** Loads the messages of a locale and shows them everywhere. */
export async function speak(wanted: Locale): Promise<void> {
  const table: Table = wanted === 'en' ? en : (await import('./pt-BR.ts')).ptBR;
  current = { locale: wanted, table };
  document.documentElement.lang = wanted;
}

/** The message of a key with its values filled in. */
export function t<K extends MessageKey>(key: K, ...[params]: [Names<En[K]>] extends [never] ? [] : [Readonly<Record<Names<En[K]>, string | number>>]): string {
  return fill(current.table[key], params ?? {}, current.locale);
}

/** For keys that are only known when it runs: an error's, a strategy's. @returns null when there is no such message */
export function tryT(key: string, params: Params = {}): string | null {
  return key in current.table ? fill(current.table[key as MessageKey], params, current.locale) : null;
}
