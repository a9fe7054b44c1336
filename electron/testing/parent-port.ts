// Loaded before electron/job.ts in tests: gives a forked Node process the port of a utility process, and takes away what that one lacks.
import { EventEmitter } from 'node:events';

const send = process.send?.bind(process), emit = process.emit.bind(process) as (...event: unknown[]) => boolean;
const port = Object.assign(new EventEmitter(), { postMessage: (message: unknown) => void send?.(message) });

/** What comes over the wire goes to the port alone; what job.ts hands on goes to this process. */
function divert(...event: unknown[]): boolean {
  const [name, data] = event;
  const fromWire = name === 'message' && typeof data === 'object' && data !== null && ('received' in data || 'command' in data);
  return fromWire ? port.emit('message', { data }) : emit(...event);
}

process.on('message', () => undefined); // without a listener Node does not read the wire
Object.defineProperty(process, 'emit', { value: divert });
Object.defineProperty(process, 'send', { value: undefined, configurable: true });
Object.defineProperty(process, 'parentPort', { value: port });
