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
import { onlyProgress, raiseRate } from './raise-rate.ts';
import { openRun } from '../run.ts';
import type { Run } from '../run.ts';
import { startState } from '../run-state.ts';
import { openStepper } from '../stepping.ts';
import type { TrainPhase } from '../stepping.ts';

/** Tells the sweep. Throws `refused` for a strategy without steps. */
export async function findRate(document: FindRateDocument, io: JobIo): Promise<void> {
  const run = await openRun({ ...document, kind: 'train' }, onlyProgress(io));
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
  const stepper = await openStepper(run, phase, inputsOf(run, index), state);
  try {
    return await raiseRate({
      phase, began, io, batches: endless(run, phase, index),
      async update(batch, rates) {
        const { terms: [loss = NaN] } = await stepper.step(batch, rates);
        return loss;
      },
    });
  } finally {
    await stepper.close();
  }
}

/** Batches of one epoch after the other, in the orders that a run has. */
async function* endless(run: Run, { batchSize }: TrainPhase, index: number) {
  const inputs = inputsOf(run, index);
  for (let epoch = 0; ; epoch++) {
    const order = stream(run.document.seed, 'shuffle').permutation(epoch, run.training.length);
    yield* inputs.read(evenBatches(Array.from(order, (i) => run.training[i]!), batchSize), epoch);
  }
}
