// What a command of the command line is: a name, its options as data, and a function over a Link.
import { parseArgs } from 'node:util';
import { StudioError } from '#contract/errors.ts';
import type { Link } from '#contract/api.ts';
import type { Platform } from '../platform.ts';
import type { Studio } from '../studio.ts';
import type { Output } from './output.ts';

export interface Option {
  /** How the value is named in the usage line; none = a switch. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Names of the positional arguments; the last may end in `...`; one in brackets may be left out. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  run(context: Context): Promise<void>;
}

export interface Context {
  readonly link: Link;
  /** For the commands that are a door themselves. */
  readonly studio: Studio;
  readonly platform: Platform;
  readonly output: Output;
  readonly positionals: readonly string[];
  readonly values: Values;
  /** Aborted by the first Ctrl-C: finish the step, keep the best. */
  readonly interrupted: AbortSignal;
}

/** Wrong use of the command line: exit code 2. */
export class UsageError extends Error {}

/** Option values of one call, checked as they are read. */
export class Values {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }
  texts(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }
  flag(name: string): boolean {
    return this.#values[name] === true;
  }
  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`--${name} needs a number, not "${text}".`);
    return value;
  }
  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = allowed.find((value) => value === text);
    if (found === undefined) throw new UsageError(`--${name} is one of ${allowed.join(', ')}, not "${text}".`);
    return found;
  }
}

/** Splits the arguments of a command by its table of options. */
export function parse(command: Command, args: readonly string[]): { positionals: string[]; values: Values } {
  const options = Object.fromEntries(Object.entries({ ...command.options, ...common }).map(([name, { value, multiple }]) =>
    [name, { type: value === undefined ? 'boolean' as const : 'string' as const, ...(multiple ? { multiple } : {}) }]));
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage(command)}`);
  }
  const needed = command.positionals.filter((name) => !name.startsWith('[')).length;
  const most = command.positionals.some((name) => name.endsWith('...')) ? Infinity : command.positionals.length;
  if (parsed.positionals.length < needed || parsed.positionals.length > most) throw new UsageError(usage(command));
  return { positionals: parsed.positionals, values: new Values(parsed.values) };
}

const common: Readonly<Record<string, Option>> = {
  json: { help: 'print one JSON document (for train: one event a line)' },
  help: { help: 'show how the command is used' },
};

export function usage(command: Command): string {
  const options = Object.entries({ ...command.options, ...common });
  const left = options.map(([name, { value, multiple }]) => `--${name}${value === undefined ? '' : ` ${value}`}${multiple ? ' ...' : ''}`);
  const width = Math.max(...left.map((text) => text.length));
  return [`Usage: fovea ${[command.name, ...command.positionals].join(' ')}`, `  ${command.summary}`, '',
    ...options.map(([, { help }], i) => `  ${left[i]!.padEnd(width)}  ${help}`)].join('\n');
}

/** The error of a job that did not finish, as the command's own. */
export function jobError(error: { code: StudioError['code']; key: string; params: Readonly<Record<string, string | number>>; message: string } | null, what: string): StudioError {
  return error === null ? new StudioError('cancelled', 'job.stopped', { what }, `${what} was stopped before it finished.`) : new StudioError(error.code, error.key, error.params, error.message);
}
