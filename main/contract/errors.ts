// The one error that crosses a door. Its message is a sentence that says what happened and what to do.
import { z } from 'zod';

export const ErrorCode = z.enum([
  /** The caller's arguments are off. */
  'invalid',
  'not-found',
  /** The thing changed meanwhile, or exists already. */
  'conflict',
  /** Another process has the project. */
  'locked',
  /** A picture, weight file, mask or database cannot be read. */
  'unreadable',
  /** Understood, but not possible with this data (one class only, an empty partition, ...). */
  'refused',
  /** Disk full, no permission, ... */
  'storage',
  /** Engine missing or failed. */
  'engine',
  /** Network asked for and not reachable, or a download that does not match its checksum. */
  'download',
  /** Stopped or killed on request. */
  'cancelled',
  /** A fault of ours; its stack is in the log. */
  'internal',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

export const ErrorRecord = z.object({
  code: ErrorCode,
  /** Names the sentence, so that it can be said in another language: `weights.wrong-network`. */
  key: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  message: z.string(),
});
export type ErrorRecord = z.infer<typeof ErrorRecord>;

export type ErrorParams = Readonly<Record<string, string | number>>;

/** The only error type that leaves a room on purpose; anything else is a fault and becomes `internal`. */
export class StudioError extends Error {
  readonly code: ErrorCode;
  readonly key: string;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, key: string, params: ErrorParams, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StudioError';
    this.code = code;
    this.key = key;
    this.params = params;
  }
}

/** What is sent or stored for an error. A fault's own text stays out: it goes to the log. */
export function errorRecord(error: unknown): ErrorRecord {
  if (error instanceof StudioError) return { code: error.code, key: error.key, params: { ...error.params }, message: error.message };
  return { code: 'internal', key: 'internal', params: {}, message: 'Something in Fovea failed. Nothing that was saved is lost. The log has the details.' };
}

export function studioError(record: ErrorRecord): StudioError {
  return new StudioError(record.code, record.key, record.params, record.message);
}

/** Closes a union: a case that is left out does not compile. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
