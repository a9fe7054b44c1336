// Entry of a worker thread of the picture pool: one task in, one reply out.
import { parentPort } from 'node:worker_threads';
import { errorRecord, StudioError } from '#contract/errors.ts';
import { owned, perform, type Reply, type Task } from './tasks.ts';

if (parentPort === null) throw new Error('main/images/worker.ts runs in a worker thread only');
const port = parentPort;

port.on('message', (task: Task) => {
  perform(task).then(
    // What was read from a file changes hands without a copy; what sharp made cannot.
    (result) => port.postMessage({ result } satisfies Reply, task.name === 'read' || task.name === 'inspect' ? owned(result.bytes) : []),
    (error: unknown) => port.postMessage((error instanceof StudioError ? { error: errorRecord(error) } : { fault: error instanceof Error ? error.stack ?? error.message : String(error) }) satisfies Reply),
  );
});
