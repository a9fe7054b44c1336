// The search for a learning rate of a run for masks: its own first phase, the rate rising until the loss breaks away.
import type { FindRateDocument } from '#contract/jobs.ts';
import type { JobIo } from '../../jobs/io.ts';
import { startState } from '../run-state.ts';
import { onlyProgress, raiseRate } from '../trials/raise-rate.ts';
import { keepFrozen } from './job.ts';
import { openMaskRun } from './run.ts';
import type { MaskRun } from './run.ts';
import { epochBatches, openMaskStepper, readTiles, turnOf } from './stepping.ts';
import type { FedBatch } from './stepping.ts';

/** Tells the sweep. */
export async function findMaskRate(document: FindRateDocument, io: JobIo): Promise<void> {
  const began = performance.now();
  const run = await openMaskRun({ ...document, kind: 'train' }, onlyProgress(io));
  try {
    const state = await startState(run, { kind: 'segmentation' }), phase = run.recipe.phases[0]!;
    const kept = await keepFrozen(run, state);
    const stepper = await openMaskStepper(run, phase, kept, state);
    try {
      const sweep = await raiseRate({ phase, began, io, batches: endless(run, kept), update: async (batch, rates) => (await stepper.step(batch, rates)).loss });
      io.send({ type: 'rates', sweep });
    } finally {
      await stepper.close();
    }
  } finally {
    await run.close();
  }
}

/** Batches of one epoch after the other, in the orders that a run has. */
async function* endless(run: MaskRun, kept: number): AsyncGenerator<FedBatch> {
  for (let epoch = 0; ; epoch++) yield* readTiles(run, kept, epochBatches(run, run.recipe.phases[0]!, epoch), turnOf(run, kept, epoch));
}
