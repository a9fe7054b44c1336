// The two halves of a pickle machine without its instructions: the stack with its memo, and the bytes of the program.
import { LIMITS, refusePth } from './pth-refusal.ts';
import type { Pickled } from './pth-values.ts';

const MARK = Symbol('mark');

/** Stack and memo. Values are shared, never copied, so a small program cannot grow large. */
export class Machine {
  readonly #stack: (Pickled | typeof MARK)[] = [];
  readonly #memo = new Map<number, Pickled>();

  push(value: Pickled | typeof MARK): void {
    if (this.#stack.length >= LIMITS.stack) refusePth('too-large', 'its program keeps too many values at once');
    this.#stack.push(value);
  }
  mark(): void {
    this.push(MARK);
  }
  pop(): Pickled {
    const value = this.#stack.pop();
    return value === undefined || value === MARK ? refusePth('bad-pickle', 'its program takes a value that is not there') : value;
  }
  /** The last `n` values, in order of their coming. */
  take(n: number): readonly Pickled[] {
    return Array.from({ length: n }, () => this.pop()).reverse();
  }
  sinceMark(): readonly Pickled[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) refusePth('bad-pickle', 'its program takes a value that is not there');
    // No mark lies behind the last one.
    return this.#stack.splice(at).slice(1) as Pickled[];
  }
  top(): Pickled {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }
  remember(index: number): void {
    this.#memo.set(index, this.top());
  }
  recall(index: number): void {
    const value = this.#memo.get(index);
    this.push(value === undefined ? refusePth('bad-pickle', 'its program takes a value that is not there') : value);
  }
  result(): Pickled {
    const value = this.pop();
    return this.#stack.length === 0 ? value : refusePth('bad-pickle', 'its program leaves values behind');
  }
}

/** Reads the program from its start. */
export class Input {
  readonly #bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  byte(): number {
    return this.#bytes[this.position++] ?? refusePth('bad-pickle', 'its program breaks off');
  }
  /** Unsigned, little-endian. */
  integer(length: 2 | 4): number {
    let value = 0;
    for (let i = 0; i < length; i++) value += this.byte() * 2 ** (8 * i);
    return value;
  }
  /** Little-endian, two's complement, with its length before it. */
  long(): number {
    const length = this.byte();
    if (length > 8) refusePth('bad-pickle', 'a number is too large');
    let value = 0n;
    for (let i = 0; i < length; i++) value |= BigInt(this.byte()) << BigInt(8 * i);
    const signed = Number(BigInt.asIntN(8 * length, value));
    return Number.isSafeInteger(signed) ? signed : refusePth('bad-pickle', 'a number is too large');
  }
  text(length: number): string {
    if (length > this.#bytes.length - this.position) refusePth('bad-pickle', 'its program breaks off');
    const bytes = this.#bytes.subarray(this.position, this.position += length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return refusePth('bad-pickle', 'a text is not UTF-8');
    }
  }
  /** Up to the end of the line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0 || end - this.position > LIMITS.nameLength) refusePth('bad-pickle', 'a name has no end');
    const text = this.text(end - this.position);
    this.position++;
    return text;
  }
}
