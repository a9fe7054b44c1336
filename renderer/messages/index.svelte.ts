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
/** `errors`: sentences of errors by their keys, where the language is not that of the errors themselves. */
let current = $state.raw<{ locale: Locale; table: Table; errors: Readonly<Record<string, string>> }>({ locale: 'en', table: en, errors: {} });

/** The locale in use, for numbers and dates too. */
export function locale(): Locale { return current.locale; }

/** Loads the messages of a locale and shows them everywhere. */
export async function speak(wanted: Locale): Promise<void> {
  if (wanted === 'en') current = { locale: wanted, table: en, errors: {} };
  else {
    const { ptBR, ptBRErrors } = await import('./pt-BR.ts');
    current = { locale: wanted, table: ptBR, errors: ptBRErrors };
  }
  document.documentElement.lang = wanted;
}

/** The message of a key with its values filled in. */
export function t<K extends MessageKey>(key: K, ...[params]: [Names<En[K]>] extends [never] ? [] : [Readonly<Record<Names<En[K]>, string | number>>]): string {
  return fill(current.table[key], params ?? {}, current.locale);
}

/** What went wrong, in the person's language where that is known. */
export function errorText({ key, params, message }: { readonly key: string; readonly params: Params; readonly message: string }): string {
  const known = current.errors[key];
  return known === undefined ? message : fill(known, params, current.locale);
}

/** For keys that are only known when it runs: a warning's, a strategy's. @returns null when there is no such message */
export function tryT(key: string, params: Params = {}): string | null {
  return key in current.table ? fill(current.table[key as MessageKey], params, current.locale) : null;
}
