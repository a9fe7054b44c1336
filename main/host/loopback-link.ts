// The link of a program in Node to a loopback host: the same line that a page uses, for the contract's tests and for scripts.
import { WebSocket } from 'ws';
import type { Args, CallName, Link, Response, Result } from '#contract/api.ts';
import { StudioError, studioError } from '#contract/errors.ts';
import type { Push } from '#contract/events.ts';
import { SUBPROTOCOL } from './loopback.ts';

export interface LoopbackLink extends Link { close(): void }

/** @param host what startLoopback gave; only its own origin is let in */
export async function loopbackLink({ origin, token }: { readonly origin: string; readonly token: string }): Promise<LoopbackLink> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/calls`, [SUBPROTOCOL, token], { origin, perMessageDeflate: false });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  const listeners = new Set<(push: Push) => void>();
  let number = 0;

  socket.on('message', (data) => {
    // The host sends nothing else; what it sends was checked against the contract before it left.
    const message = JSON.parse(String(data)) as Response | { push: Push };
    if ('push' in message) return listeners.forEach((listener) => listener(message.push));
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if ('error' in message) asked?.reject(studioError(message.error));
    else asked?.resolve(message.result);
  });
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new StudioError('cancelled', 'link.lost', {}, 'The connection to Fovea broke before the answer came.'));
    waiting.clear();
  });
  await new Promise<void>((done, failed) => socket.once('open', done).once('error', failed));

  return {
    async call<N extends CallName>(name: N, args: Args<N>): Promise<Result<N>> {
      const id = ++number;
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      socket.send(JSON.stringify({ id, name, args }));
      return (await answer) as Result<N>; // checked on the other side
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => socket.close(),
  };
}
