// Fills a message: `{name}` is a value, `{n|picture|pictures}` chooses by number.

export type Params = Readonly<Record<string, string | number>>;

/** Names of the values that a message needs, read from its own text. */
export type Names<S extends string> = S extends `${string}{${infer Inside}}${infer Rest}`
  ? (Inside extends `${infer Name}|${string}` ? Name : Inside) | Names<Rest>
  : never;

const HOLE = /\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}/g;

/** The names in a message, each once, in order of first use. */
export function namesIn(message: string): string[] {
  return [...new Set([...message.matchAll(HOLE)].map((match) => match[1] ?? ''))];
}

/** Numbers are written in the way of the locale; a hole without a value stays visible. */
export function fill(message: string, params: Params, locale: string): string {
  return message.replace(HOLE, (hole, name: string, one: string | undefined, other: string | undefined) => {
    const value = params[name];
    if (value === undefined) return hole;
    if (one !== undefined && other !== undefined) return new Intl.PluralRules(locale).select(Number(value)) === 'one' ? one : other;
    return typeof value === 'number' ? value.toLocaleString(locale) : value;
  });
}
