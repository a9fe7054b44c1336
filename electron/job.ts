// A job process in Electron: gives main/jobs/child.ts the channel that a forked Node process has, over the port of a utility process.
import { z } from 'zod';

const FromParent = z.union([z.object({ received: z.number() }), z.object({ command: z.unknown() })]);

const port = process.parentPort;
let number = 0;
const waiting = new Map<number, () => void>();

/**
 * process.send as main/jobs/child.ts calls it: the last argument is called when the parent has the message.
 * `exit` right after posting could lose it, so the parent says which it has.
 */
function send(message: unknown, ...rest: unknown[]): boolean {
  const done = rest.at(-1);
  if (typeof done === 'function') waiting.set(++number, () => { done(null); });
  port.postMessage({ number, message });
  return true;
}

port.on('message', ({ data }) => {
  const parsed = FromParent.parse(data);
  if ('received' in parsed) {
    waiting.get(parsed.received)?.();
    waiting.delete(parsed.received);
  } else process.emit('message', parsed.command, undefined);
});

Object.defineProperty(process, 'send', { value: send });
await import('../main/jobs/child.ts');
