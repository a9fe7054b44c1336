// A few steps of each phase of a run, to see what they cost on this machine; nothing of them is kept.
import type { MeasuredCosts, PhaseCosts } from '#contract/estimate.ts';
import type { MeasureDocument } from '#contract/jobs.ts';
import type { JobIo } from '../../jobs/io.ts';
import { evenBatches } from '../batches/batching.ts';
import type { Wanted } from '../features/features.ts';
import { inputsOf } from '../job.ts';
import { openRun } from '../run.ts';
import type { Run } from '../run.ts';
import { openStepper, ratesAt } from '../stepping.ts';
import type { TrainPhase } from '../stepping.ts';
import { spread, stopwatch } from './measuring.ts';

/** Pictures that a forward pass is timed on, beside a few that warm it up. */
const timed = 24, warming = 4;
/** Updates that are timed after the first. */
const updates = 3;

/** Tells the costs of the run that the document describes. */
export async function measure(document: MeasureDocument, io: JobIo): Promise<void> {
  const clock = stopwatch();
  const run = await openRun({ ...document, kind: 'train' }, io);
  try {
    const open = clock();
    const members = spread(run.training, Math.max(timed + warming, ...run.recipe.phases.map((phase) => (phase.kind === 'train' ? phase.batchSize : 0))));
    const frozen = await costOfFrozen(run, members);
    const phases: PhaseCosts[] = [];
    for (const [index, phase] of run.recipe.phases.entries()) {
      if (io.stopRequested()) return;
      phases.push(phase.kind === 'train' ? await costOfPhase(run, index, phase, members) : { start: 0, step: 0, validation: 0, end: 0 });
    }
    const costs: MeasuredCosts = { open: open + frozen.start, prepare: frozen.each, phases, memory: process.resourceUsage().maxRSS * 1024 };
    io.send({ type: 'measured', costs });
  } finally {
    await run.close();
  }
}

/** Seconds of starting the network's frozen part, and of each picture through it; where nothing is frozen, of reading a picture. */
async function costOfFrozen(run: Run, members: readonly number[]): Promise<{ readonly start: number; readonly each: number }> {
  const nodes = [...new Set(run.kept.filter((node) => node !== null))];
  const clock = stopwatch();
  if (nodes.length === 0) {
    for await (const { errors } of run.reader.read([{ members, turn: null }])) for (const error of errors.values()) throw error;
    return { start: 0, each: clock() / members.length };
  }
  const gather = async (part: readonly number[]) => {
    const wanted = nodes.map((node): Wanted => ({ node, members: part, turn: null }));
    const { errors } = await run.frozen.gather(wanted, run.start, { tell: () => undefined, stopRequested: () => false });
    for (const error of errors.values()) throw error;
    return clock();
  };
  const first = await gather(members.slice(0, warming)), rest = await gather(members.slice(warming));
  // Both begin with making a program; they differ in so many pictures.
  const each = Math.max(0, (rest - first) / Math.max(1, members.length - 2 * warming));
  return { start: Math.max(0, first - warming * each), each };
}

async function costOfPhase(run: Run, index: number, phase: TrainPhase, members: readonly number[]): Promise<PhaseCosts> {
  const inputs = inputsOf(run, index);
  const size = evenBatches(run.training, phase.batchSize)[0]?.length ?? 1;
  const batch = Array.from({ length: size }, (_, i) => members[i % members.length]!);
  const clock = stopwatch();
  const stepper = await openStepper(run, phase, inputs, { values: run.start, slots: new Map(), steps: 0 });
  try {
    const rates = ratesAt(phase, 0), steps: number[] = [];
    let start = clock(), validation = 0;
    // In epoch 0 kept outputs are those of the plain pictures, which were gathered.
    for await (const one of inputs.read(Array.from({ length: updates + 1 }, () => batch), 0)) {
      await stepper.step(one, rates);
      steps.push(clock());
      if (steps.length <= updates) continue;
      await stepper.trainer.predict(one.input);
      clock();
      await stepper.trainer.predict(one.input);
      validation = clock() / batch.length;
    }
    start += steps[0] ?? 0;
    const timedSteps = steps.slice(1);
    await stepper.trainer.save({ slots: true });
    return { start, step: timedSteps.reduce((sum, one) => sum + one, 0) / Math.max(1, timedSteps.length), validation, end: clock() };
  } finally {
    await stepper.close();
  }
}
