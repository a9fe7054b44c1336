// What can be done with a picture in a worker thread, and the messages that go there and back.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { assertNever, StudioError, type ErrorRecord } from '#contract/errors.ts';
import type { ValueWindow } from '#contract/picture-window.ts';
import { decode } from './decode.ts';
import { describe, type Description } from './describe.ts';
import { fingerprint } from './fingerprint.ts';
import { formatOf, headBytes } from './format.ts';
import { maximumBytes } from './picture.ts';
import { emptyFile, tooManyBytes } from './refusals.ts';
import { render, thumbnail, type Rendering } from './render.ts';

/** A picture file as it was found: nothing of it is decoded yet. */
export interface FileContent { readonly bytes: Uint8Array; readonly sha256: string; readonly description: Description }

/** What only decoding tells. `bytes` are the ones given, handed back. */
export interface Inspection { readonly bytes: Uint8Array; readonly fingerprint: string }

/** By name: what goes in, what comes out. */
export interface Tasks {
  readonly read: { readonly input: { readonly path: string }; readonly output: FileContent };
  readonly inspect: { readonly input: { readonly bytes: Uint8Array }; readonly output: Inspection };
  readonly thumbnail: { readonly input: { readonly bytes: Uint8Array; readonly side: number }; readonly output: Rendering };
  readonly render: { readonly input: { readonly bytes: Uint8Array; readonly side: number | null; readonly window: ValueWindow | null }; readonly output: Rendering };
}
export type Task = { readonly [Name in keyof Tasks]: { readonly name: Name; readonly input: Tasks[Name]['input'] } }[keyof Tasks];
export type Output = Tasks[keyof Tasks]['output'];

/** The memory behind bytes where nothing else lies in it: it can change hands without a copy. */
export function owned({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && byteLength === buffer.byteLength ? [buffer] : [];
}

/** `error` for what a person can understand, `fault` (a stack) for a mistake of ours. */
export type Reply = { readonly result: Output } | { readonly error: ErrorRecord } | { readonly fault: string };

export function perform(task: Task): Promise<Output> {
  switch (task.name) {
    case 'read': return readPicture(task.input.path);
    case 'inspect': return inspect(task.input.bytes);
    case 'thumbnail': return thumbnail(task.input.bytes, task.input.side);
    case 'render': return render(task.input.bytes, task.input.side, task.input.window);
    default: return assertNever(task);
  }
}

/**
 * Bytes, sha256 and header of a picture file. What cannot be a picture is refused after its first kilobyte, however long it is.
 * @throws StudioError `unreadable`
 */
export async function readPicture(path: string): Promise<FileContent> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size === 0) throw emptyFile();
      if (size > maximumBytes) throw tooManyBytes(size);
      const head = new Uint8Array(Math.min(size, headBytes));
      await file.read(head, 0, head.length, 0);
      formatOf(head);
      const bytes = await file.readFile();
      return { description: describe(bytes), bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'syscall' in error) throw notOpened(String(error.code), error);
    throw error;
  }
}

function notOpened(code: string, cause: Error): StudioError {
  const why = code === 'EACCES' || code === 'EPERM' ? 'you have no right to read it' : code === 'ENOENT' ? 'it is not there any more, or its name holds characters that this system cannot write' : `the system says ${code}`;
  return new StudioError('unreadable', 'image.not-opened', { reason: code }, `The file cannot be opened: ${why}.`, { cause });
}

/** Decodes once: damage shows here, not in the middle of a training. */
async function inspect(bytes: Uint8Array): Promise<Inspection> {
  return { bytes, fingerprint: fingerprint(await decode(bytes)) };
}
