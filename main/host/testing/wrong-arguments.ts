// For tests: arguments near to good ones that the table of calls does not allow.
import { api } from '#contract/api.ts';
import type { CallName } from '#contract/api.ts';

/** What may stand where something else is wanted. */
const strangers: readonly unknown[] = [null, true, -1.5, '', 'x'.repeat(70_000), [], [null], {}, { toString: 'x' }];

/** Changed copies of `good`, at the top and one level down, of which the schema takes none. All of them survive JSON. */
export function wrongArguments(name: CallName, good: Readonly<Record<string, unknown>>): unknown[] {
  const pollution = JSON.parse('{"__proto__":{"polluted":true}}') as object;
  const polluted = (value: object) => JSON.parse(JSON.stringify(value).replace(/^\{(?=(.))/, (_, next: string) => `{"__proto__":{"polluted":true}${next === '}' ? '' : ','}`)) as unknown;
  const replaced = Object.keys(good).flatMap((key) => [
    ...strangers.map((stranger) => ({ ...good, [key]: stranger })),
    Object.fromEntries(Object.entries(good).filter(([other]) => other !== key)),
    ...(isPlain(good[key]) ? Object.keys(good[key]).flatMap((inner) => strangers.map((stranger) => ({ ...good, [key]: { ...good[key] as object, [inner]: stranger } }))) : []),
  ]);
  const candidates = [...strangers.filter((stranger) => !isPlain(stranger)), pollution, polluted(good), { ...good, extra: 1 }, { ...good, constructor: {} }, ...replaced];
  return candidates.filter((args) => !api[name].args.safeParse(args).success);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
