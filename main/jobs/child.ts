// A job process: reads one document, does what it says, tells how it goes, and ends when its parent does.
import { errorRecord, assertNever, StudioError } from '#contract/errors.ts';
import { JobCommand, PROTOCOL } from '#contract/jobs.ts';
import type { JobDocument, JobMessage } from '#contract/jobs.ts';
import { openBlobs } from '../blobs/index.ts';
import type { JobIo } from './io.ts';

let stop = false;

/** Resolves when the message has left this process, so that the last word is not lost with it. */
function send(message: JobMessage): Promise<void> {
  return new Promise((resolve) => {
    // No channel: the parent is gone, and `disconnect` ends this process.
    if (!process.send) return resolve();
    process.send(message, undefined, {}, () => resolve());
  });
}

/** Loads only what the kind of job needs: an export has no use for the trainer. */
async function perform(document: JobDocument, io: JobIo): Promise<void> {
  switch (document.kind) {
    case 'train':
      if (document.task === 'segmentation') return (await import('../learning/segmentation/index.ts')).trainMasks(document, io);
      return (await import('../learning/index.ts')).train(document, io);
    case 'find-rate':
      if (document.task === 'segmentation') return (await import('../learning/segmentation/index.ts')).findMaskRate(document, io);
      return (await import('../learning/index.ts')).findRate(document, io);
    case 'measure':
      if (document.task === 'segmentation') return (await import('../learning/segmentation/index.ts')).measureMasks(document, io);
      return (await import('../learning/index.ts')).measure(document, io);
    case 'time': return (await import('../learning/index.ts')).timeNetworks(document, io);
    case 'predict':
      if (document.head.kind === 'segmentation') return (await import('../learning/segmentation/index.ts')).predictMasks(document, io);
      return (await import('../learning/index.ts')).predict(document, io);
    case 'activate': return (await import('../learning/index.ts')).activate(document, io);
    case 'rank': return (await import('../learning/index.ts')).rank(document, io);
    case 'compare': return (await import('../learning/index.ts')).compare(document, io);
    case 'sites': return (await import('../learning/index.ts')).measureSites(document, io);
    case 'adapt': return (await import('../learning/index.ts')).adapt(document, io);
    case 'inside': return (await import('../learning/index.ts')).lookInside(document, io);
    case 'lesson': return (await import('../lessons/index.ts')).teach(document, io);
    case 'export': return (await import('../exports/index.ts')).exportModel(document, io);
    default: return assertNever(document);
  }
}

async function work(document: JobDocument): Promise<void> {
  try {
    await perform(document, { send: (message) => void send(message), stopRequested: () => stop, blobs: openBlobs(document.blobs) });
    await send({ type: 'done' });
  } catch (error) {
    await send({ type: 'failed', error: errorRecord(error), stack: error instanceof Error ? error.stack ?? null : String(error) });
  }
  process.exit();
}

let started = false;
process.on('message', (raw) => {
  const { data: command, error } = JobCommand.safeParse(raw);
  if (command?.type === 'stop') stop = true;
  else if (command?.type === 'start' && !started) {
    started = true;
    void work(command.document);
  } else {
    const fault = new StudioError('internal', 'job.protocol', { protocol: PROTOCOL }, 'The job process was spoken to in another protocol than its own. Restart Fovea after an update.', { cause: error });
    void send({ type: 'failed', error: errorRecord(fault), stack: String(error ?? 'started twice') }).then(() => process.exit());
  }
});
// Nobody is left who could read what it makes. Not exit(): a native library may take its time to wind down.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
await send({ type: 'ready', protocol: PROTOCOL, pid: process.pid });
