// The search for a learning rate, in the job: the run's own first phase of steps, its rate rising until the loss breaks away.
import { StudioError } from '#contract/errors.ts';
import type { FindRateDocument } from '#contract/jobs.ts';
import type { RateSweep } from '#contract/rate-sweep.ts';
import type { JobIo } from '../../jobs/io.ts';
import { stream } from '../../random.ts';
import { evenBatches } from '../batches/batching.ts';
import { fitPhase } from '../fit-phase.ts';
import { headToTrain } from '../heads/head-layers.ts';
import { inputsOf, prepare } from '../job.ts';
import { hasBrokenAway, smoothed, suggestions, sweepRange, sweepRate } from './rate-sweep.ts';
import { openRun } from '../run.ts';
import type { Run } from '../run.ts';
import { startState } from '../run-state.ts';
import { openStepper, peakRate, scaledRates } from '../stepping.ts';
import type { TrainPhase } from '../stepping.ts';
import { breathe } from '../train-phase.ts';

/** Tells the sweep. Throws `refused` for a strategy without steps. */
export async function findRate(document: FindRateDocument, io: JobIo): Promise<void> {
  // What a run tells of its plan and phases has no meaning here; how far it is, has.
  const run = await openRun({ ...document, kind: 'train' }, {
    ...io,
    send(message) {
      if (message.type === 'event' && message.body.type === 'progress') io.send({ type: 'progress', done: message.body.done, total: message.body.total, what: message.body.what, secondsLeft: message.body.secondsLeft });
    },
  });
  try {
    io.send({ type: 'rates', sweep: await sweep(run, io) });
  } finally {
    await run.close();
  }
}

async function sweep(run: Run, io: JobIo): Promise<RateSweep> {
  const began = performance.now();
  const state = await startState(run, headToTrain(run.recipe));
  const index = run.recipe.phases.findIndex(({ kind }) => kind === 'train');
  const phase = run.recipe.phases[index];
  if (phase?.kind !== 'train') throw new StudioError('refused', 'rate.no-steps', { strategy: run.plan.strategy }, 'This strategy fits its head at once, so there is no learning rate to find. Choose one that trains by steps.');
  await prepare(run, state);
  for (const earlier of run.recipe.phases.slice(0, index)) if (earlier.kind === 'fit') await fitPhase(run, earlier, state);
  const losses: number[] = [];
  let end: RateSweep['end'] = 'whole';
  const stepper = await openStepper(run, phase, inputsOf(run, index), state);
  try {
    for await (const batch of endless(run, phase, index)) {
      const { terms: [loss = NaN] } = await stepper.step(batch, scaledRates(phase, sweepRate(losses.length) / peakRate(phase)));
      losses.push(loss);
      const spent = (performance.now() - began) / 1000;
      io.send({ type: 'progress', done: losses.length, total: sweepRange.steps, what: 'Raising the rate', secondsLeft: (spent / losses.length) * (sweepRange.steps - losses.length) });
      await breathe();
      if (hasBrokenAway(losses)) end = 'diverged';
      else if (io.stopRequested()) end = 'stopped';
      if (end !== 'whole' || losses.length === sweepRange.steps) break;
    }
  } finally {
    await stepper.close();
  }
  const curve = smoothed(losses);
  const points = losses.map((loss, step) => ({ rate: sweepRate(step), loss, smoothed: curve[step]! })).filter((point) => Number.isFinite(point.smoothed));
  return { phase: phase.name, points, ...suggestions(points), end, seconds: (performance.now() - began) / 1000 };
}

/** Batches of one epoch after the other, in the orders that a run has. */
async function* endless(run: Run, { batchSize }: TrainPhase, index: number) {
  const inputs = inputsOf(run, index);
  for (let epoch = 0; ; epoch++) {
    const order = stream(run.document.seed, 'shuffle').permutation(epoch, run.training.length);
    yield* inputs.read(evenBatches(Array.from(order, (i) => run.training[i]!), batchSize), epoch);
  }
}
