// For tests: a job process that behaves, or misbehaves, as FOVEA_TEST_JOB says.
import { PROTOCOL } from '#contract/jobs.ts';
import type { JobMessage } from '#contract/jobs.ts';

const behaviour = process.env['FOVEA_TEST_JOB'];
const say = (message: unknown) => new Promise<void>((resolve) => { process.send?.(message, undefined, {}, () => resolve()); });
const tell = (message: JobMessage) => say(message);
/** Keeps the process alive. */
const stay = () => setInterval(() => undefined, 1000);
const scores = { loss: 0.5, accuracy: 0.75 };
const sha = (digit: string) => digit.repeat(64);

async function start(runId: string): Promise<void> {
  switch (behaviour) {
    case 'crashing':
      process.stderr.write('terminate called: not enough tensors\n');
      return process.exit(3);
    case 'aborting': return process.abort();
    case 'babbling': return void await say({ type: 'progress', done: 'three' });
    case 'failing':
      await tell({ type: 'failed', error: { code: 'engine', key: 'test', params: { n: 1 }, message: 'The engine is on strike.' }, stack: null });
      return process.exit();
    case 'lingering':
      await tell({ type: 'done' });
      return void stay();
    case 'deaf': return void stay();
    case 'stoppable': return void stay();
    case 'training':
    case 'dying-after-model': {
      const event = (body: Extract<JobMessage, { type: 'event' }>['body']) => tell({ type: 'event', body });
      await event({ type: 'phase', index: 0, name: 'head', epochs: 1 });
      await event({ type: 'progress', phase: 0, epoch: 1, done: 1, total: 2, what: 'steps', secondsLeft: 1 });
      await event({ type: 'epoch', phase: 0, epoch: 1, epochs: 1, train: scores, validation: scores, learningRate: 0.1, seconds: 1, best: true, secondsLeft: 0 });
      await event({ type: 'checkpoint', epoch: 1, blob: sha('c') });
      await tell({ type: 'model', model: { delta: sha('d'), deltaBytes: 5, head: { kind: 'linear' }, classes: ['cat', 'dog'], preprocessing: { size: [8, 8], channels: 3, cropShare: 1, interpolation: 'bicubic', mean: [0, 0, 0], std: [1, 1, 1] } } });
      await event({ type: 'finished', runId, modelId: runId, seconds: 2, stopped: false, metrics: { epoch: 1, validation: scores, selection: true } });
      if (behaviour === 'dying-after-model') return process.exit(7);
      await tell({ type: 'done' });
      return process.exit();
    }
    case 'checkpointing':
      await tell({ type: 'event', body: { type: 'checkpoint', epoch: 1, blob: sha('c') } });
      return void stay();
    default: throw new Error(`no behaviour ${behaviour}`);
  }
}

process.on('disconnect', () => process.exit());
if (behaviour === 'silent') stay();
else if (behaviour === 'old') await say({ type: 'ready', protocol: 0, pid: process.pid });
else if (behaviour === 'hasty') await tell({ type: 'done' });
else {
  process.on('message', (command: { type: string; document?: { runId: string } }) => {
    if (command.type === 'start') void start(command.document?.runId ?? '');
    else if (behaviour === 'stoppable') void tell({ type: 'done' }).then(() => process.exit());
  });
  await tell({ type: 'ready', protocol: PROTOCOL, pid: process.pid });
}
