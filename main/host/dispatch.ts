// A request becomes a call: every door comes through here, so that arguments, results and errors are checked once and alike.
import { z } from 'zod';
import { api, Request } from '#contract/api.ts';
import type { CallName, ParsedArgs, Response, Result } from '#contract/api.ts';
import { errorRecord, StudioError } from '#contract/errors.ts';
import type { ErrorRecord } from '#contract/errors.ts';
import type { Studio } from '../studio.ts';

/**
 * Answers a request from outside; never throws.
 * @param request anything at all: it is checked against the table of calls before anything happens
 */
export async function dispatch(studio: Pick<Studio, 'handlers' | 'log'>, request: unknown): Promise<Response> {
  const parsed = Request.safeParse(request);
  if (!parsed.success) return { id: 0, error: errorRecord(new StudioError('invalid', 'request', {}, 'A request is {id, name, args}.')) };
  const { id, name, args } = parsed.data;
  try {
    return { id, result: await answer(studio, name, args) };
  } catch (error) {
    const record = shortened(errorRecord(error));
    if (record.code === 'internal') studio.log('error', `${name.slice(0, 80)} failed`, error);
    return { id, error: record };
  }
}

async function answer({ handlers }: Pick<Studio, 'handlers'>, name: string, args: unknown): Promise<unknown> {
  if (!isCall(name)) throw new StudioError('invalid', 'call.unknown', { name: name.slice(0, 80) }, `There is no call "${name.slice(0, 80)}".`);
  return callOne(handlers, name, args);
}

async function callOne<N extends CallName>(handlers: Studio['handlers'], name: N, args: unknown): Promise<Result<N>> {
  const { args: argsSchema, result: resultSchema } = api[name];
  const parsed = argsSchema.safeParse(args);
  if (!parsed.success) throw new StudioError('invalid', 'call.arguments', { name, detail: detail(parsed.error) }, `The arguments of ${name} are off: ${detail(parsed.error)}`);
  // `as`: the compiler does not follow that api[name] and handlers[name] belong to the same N.
  const result = await handlers[name](parsed.data as ParsedArgs<N>);
  // Fields that the contract does not name stay inside; a result of the wrong shape is a fault of ours.
  return resultSchema.parse(result) as Result<N>;
}

/** An error repeats what was asked for, which may be a text of any length. */
function shortened({ params, message, ...rest }: ErrorRecord): ErrorRecord {
  const cut = (text: string) => (text.length > longest ? `${text.slice(0, longest)}...` : text);
  return { ...rest, params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, typeof value === 'string' ? cut(value) : value])), message: cut(message) };
}
const longest = 4000;

/** Only the table's own keys: `constructor` and `__proto__` are no calls. */
function isCall(name: string): name is CallName {
  return Object.hasOwn(api, name);
}

/** The first few things that are wrong; inputs are not repeated, since they may be huge. */
function detail(error: z.ZodError): string {
  return error.issues.slice(0, 3).map(({ path, message }) => `${path.map(String).join('.').slice(0, 100)}: ${message.slice(0, 200)}`).join('; ');
}
