// The link over a WebSocket of the loopback host: calls by number, pushes as they come, and a new try when the line breaks.
import { api } from '#contract/api.ts';
import type { Args, CallName, Link, Response, Result } from '#contract/api.ts';
import { StudioError, studioError } from '#contract/errors.ts';
import type { Push } from '#contract/events.ts';
import type { Connection } from './door.ts';

const SUBPROTOCOL = 'fovea.1';
/** Milliseconds until the next try; the last one repeats. */
const WAITS = [100, 250, 500, 1000, 2000];

interface Waiting { resolve(result: unknown): void; reject(error: StudioError): void }

export class SocketLink implements Link {
  readonly #url: string;
  readonly #token: string;
  /** Asks the host by plain HTTP whether the token still counts. */
  readonly #knock: () => Promise<'open' | 'refused' | 'away'>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #pushes = new Set<(push: Push) => void>();
  readonly #connections = new Set<(connection: Connection) => void>();
  #socket: WebSocket | null = null;
  #connection: Connection = 'connecting';
  #opened: Promise<void>;
  #open: () => void = () => undefined;
  /** Runs when the line is back, before the calls that wait for it; its own calls pass. */
  whenBack: ((call: Link['call']) => Promise<void>) | null = null;
  #number = 0;
  #tries = 0;

  constructor(url: string, token: string, knock: () => Promise<'open' | 'refused' | 'away'>) {
    this.#url = url;
    this.#token = token;
    this.#knock = knock;
    this.#opened = new Promise((done) => { this.#open = done; });
    void this.#connect();
  }

  get connection(): Connection { return this.#connection; }

  onConnection(listener: (connection: Connection) => void): () => void {
    this.#connections.add(listener);
    return () => this.#connections.delete(listener);
  }

  on(listener: (push: Push) => void): () => void {
    this.#pushes.add(listener);
    return () => this.#pushes.delete(listener);
  }

  /** Waits for the line when there is none. When it breaks before the answer, what only reads is asked again; anything else fails with `link.lost`. */
  async call<N extends CallName>(name: N, args: Args<N>): Promise<Result<N>> {
    for (;;) {
      await this.#opened;
      try {
        return await this.#send(name, args);
      } catch (error) {
        if (!(api[name].kind === 'read' && error instanceof StudioError && error.key === 'link.lost')) throw error;
      }
    }
  }

  async #send<N extends CallName>(name: N, args: Args<N>): Promise<Result<N>> {
    const id = ++this.#number;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#socket?.send(JSON.stringify({ id, name, args }));
    // The host checks every result against the table before it leaves.
    return (await answer) as Result<N>;
  }

  async #connect(): Promise<void> {
    const state = await this.#knock();
    if (state === 'refused') return this.#tell('refused');
    if (state === 'away') return this.#again();
    const socket = new WebSocket(this.#url, [SUBPROTOCOL, this.#token]);
    this.#socket = socket;
    socket.addEventListener('open', () => void this.#greet(socket));
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as Response | { push: Push }));
    socket.addEventListener('close', () => {
      if (socket !== this.#socket) return;
      if (this.#connection === 'open') this.#opened = new Promise((done) => { this.#open = done; });
      for (const { reject } of this.#waiting.values()) reject(lost());
      this.#waiting.clear();
      this.#again();
    });
  }

  /** The first words on a new line. */
  async #greet(socket: WebSocket): Promise<void> {
    try {
      if (this.#connection === 'lost') await this.whenBack?.((name, args) => this.#send(name, args));
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      if (error.key === 'link.lost') return; // gone again: the next line begins anew
    }
    if (socket !== this.#socket || socket.readyState !== WebSocket.OPEN) return;
    this.#tries = 0;
    this.#open();
    this.#tell('open');
  }

  #again(): void {
    this.#tell(this.#connection === 'connecting' ? 'connecting' : 'lost');
    const wait = WAITS[Math.min(this.#tries++, WAITS.length - 1)];
    setTimeout(() => void this.#connect(), wait);
  }

  #receive(message: Response | { push: Push }): void {
    if ('push' in message) {
      for (const listener of this.#pushes) listener(message.push);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('error' in message) waiting?.reject(studioError(message.error));
    else waiting?.resolve(message.result);
  }

  #tell(connection: Connection): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    for (const listener of this.#connections) listener(connection);
  }
}

function lost(): StudioError {
  return new StudioError('cancelled', 'link.lost', {}, 'The connection to Fovea broke before the answer came.');
}
