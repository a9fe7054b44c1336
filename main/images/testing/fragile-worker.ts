// A picture worker for tests that dies, throws or hangs where a path says so, and otherwise answers with the path's length.
import { parentPort } from 'node:worker_threads';
import type { Task } from '../tasks.ts';

parentPort?.on('message', (task: Task) => {
  const path = task.name === 'read' ? task.input.path : '';
  if (path === 'exit') process.exit(3);
  if (path === 'throw') setTimeout(() => { throw new Error('out of the blue'); });
  else if (path !== 'hang') parentPort?.postMessage({ result: { bytes: new Uint8Array(path.length), sha256: '' } });
});
