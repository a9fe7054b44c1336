// Parameters of strategies as data: the form, the flags and the documentation are drawn from them, and given values are checked against them.
import { StudioError } from '#contract/errors.ts';
import type { StrategyParam } from '#contract/plan.ts';
import type { StrategyValues } from '#contract/runs.ts';

/** A parameter whose value has the type T; its id is its key in a table. */
export interface Param<T extends number | string | boolean> extends Omit<StrategyParam, 'id' | 'default'> {
  readonly default: T;
}
export type ParamTable = Readonly<Record<string, AnyParam>>;
type AnyParam = Param<number> | Param<string> | Param<boolean> | Param<number | string>;
export type ValuesOf<P extends ParamTable> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never };

type Value = number | string | boolean;

interface NumberOptions { readonly label: string; readonly default: number; readonly min: number; readonly max: number; readonly help: string }

export const decimal = (options: NumberOptions): Param<number> => ({ ...options, kind: 'number', choices: null });
export const integer = (options: NumberOptions): Param<number> => ({ ...options, kind: 'integer', choices: null });

/** Which stages: so many counted from the head, or any set by names (see stages.ts). */
export const stageSet = (options: NumberOptions): Param<number | string> => ({ ...options, kind: 'stages', choices: null });

export function choice<const C extends string>(choices: readonly C[], options: { readonly label: string; readonly default: NoInfer<C>; readonly help: string }): Param<C> {
  return { ...options, kind: 'choice', min: null, max: null, choices: [...choices] };
}

/** The table with other defaults, where a strategy means the same parameter but starts elsewhere. */
export function withDefault<T extends number | string | boolean>(param: Param<T>, value: NoInfer<T>): Param<T> {
  return { ...param, default: value };
}

/** The table as the contract has it. */
export function paramList(table: ParamTable): StrategyParam[] {
  return Object.entries(table).map(([id, param]) => ({ id, ...param }));
}

/** Given values over defaults. Throws `invalid` for an unknown name, or a value of the wrong kind or outside its range. */
export function readValues<P extends ParamTable>(table: P, given: StrategyValues, strategy: string): ValuesOf<P> {
  for (const id of Object.keys(given)) {
    if (!Object.hasOwn(table, id)) {
      const known = Object.keys(table).join(', ');
      throw new StudioError('invalid', 'strategy.param', { strategy, param: id, known }, `The strategy ${strategy} has no parameter "${id}". It has ${known}.`);
    }
  }
  const values = Object.entries(table).map(([id, param]) => [id, checked(id, param, given[id] ?? param.default)]);
  return Object.fromEntries(values) as ValuesOf<P>; // each value was checked against its parameter
}

function checked(id: string, param: AnyParam, value: Value): Value {
  const wanted = wantedBy(param);
  const good = param.choices ? param.choices.includes(String(value))
    : param.kind === 'boolean' ? typeof value === 'boolean'
      : param.kind === 'stages' && typeof value === 'string' ? /^[^,]+(,[^,]+)*$/.test(value)
      : typeof value === 'number' && (param.kind === 'number' ? Number.isFinite(value) : Number.isInteger(value)) && value >= (param.min ?? -Infinity) && value <= (param.max ?? Infinity);
  if (!good) throw new StudioError('invalid', 'strategy.value', { param: id, value: String(value), wanted }, `${param.label} (${id}) must be ${wanted}, not ${String(value)}.`);
  // A choice may look like a number where it was typed.
  return param.choices ? String(value) : value;
}

function wantedBy({ kind, choices, min, max }: Omit<StrategyParam, 'id' | 'default'>): string {
  if (choices) return `one of ${choices.join(', ')}`;
  if (kind === 'boolean') return 'true or false';
  if (kind === 'stages') return `a whole number from ${min} to ${max}, or names of stages joined by commas`;
  return `a ${kind === 'integer' ? 'whole number' : 'number'} from ${min} to ${max}`;
}
