// A few steps of each phase of a run for masks, to see what they cost on this machine; nothing of them is kept.
import type { MeasuredCosts, PhaseCosts } from '#contract/estimate.ts';
import type { MeasureDocument } from '#contract/jobs.ts';
import type { JobIo } from '../../jobs/io.ts';
import { crossing } from '../../nets/index.ts';
import { ratesAt } from '../stepping.ts';
import type { TrainPhase } from '../stepping.ts';
import { spread, stopwatch } from '../trials/measuring.ts';
import { keptStages } from './kept.ts';
import { validationBatch } from './phase.ts';
import { openMaskRun } from './run.ts';
import type { MaskRun } from './run.ts';
import { epochBatches, openMaskStepper, readTiles } from './stepping.ts';

/** Tiles that a forward pass of the frozen stages is timed on, beside a few that warm it up. */
const timed = 12, warming = 4;
/** Updates that are timed after the first. */
const updates = 3;

/** Tells the costs of the run that the document describes. */
export async function measureMasks(document: MeasureDocument, io: JobIo): Promise<void> {
  const clock = stopwatch();
  const run = await openMaskRun({ ...document, kind: 'train' }, { ...io, send: () => undefined });
  try {
    const open = clock(), tiles = { training: run.training.length, validation: run.validation.length };
    const kept = run.recipe.phases.map((_, index) => keptStages(run.network, run.recipe, index, tiles));
    const members = spread(run.training, Math.max(timed + warming, ...run.recipe.phases.map(({ batchSize }) => batchSize)));
    const frozen = await costOfFrozen(run, Math.max(...kept), members);
    const phases: PhaseCosts[] = [];
    for (const [index, phase] of run.recipe.phases.entries()) {
      if (io.stopRequested()) return;
      phases.push(await costOfPhase(run, phase, kept[index]!, members));
    }
    const costs: MeasuredCosts = { open: open + frozen.start, prepare: frozen.each, phases, memory: process.resourceUsage().maxRSS * 1024 };
    io.send({ type: 'measured', costs });
  } finally {
    await run.close();
  }
}

/** Seconds of starting the network's frozen part, and of each tile through it; where nothing is kept, of reading a picture for the first time. */
async function costOfFrozen(run: MaskRun, stages: number, members: readonly number[]): Promise<{ readonly start: number; readonly each: number }> {
  const clock = stopwatch();
  if (stages === 0) {
    for await (const { errors } of run.tiles.read([{ members, turn: null }])) for (const error of errors.values()) throw error;
    return { start: 0, each: clock() / members.length };
  }
  const gather = async (part: readonly number[]) => {
    const { errors } = await run.frozen.gather(crossing(run.network, stages).map((node) => ({ node, members: part, turn: 0 })), run.start, { tell: () => undefined, stopRequested: () => false });
    for (const error of errors.values()) throw error;
    return clock();
  };
  const few = Math.min(warming, Math.floor(members.length / 3));
  const first = await gather(members.slice(0, few)), rest = await gather(members.slice(few));
  // Both begin with making a program; they differ in so many tiles.
  const each = Math.max(0, (rest - first) / (members.length - 2 * few));
  return { start: Math.max(0, first - few * each), each };
}

async function costOfPhase(run: MaskRun, phase: TrainPhase, kept: number, members: readonly number[]): Promise<PhaseCosts> {
  const size = epochBatches(run, phase, 0)[0]?.length ?? 1;
  const batch = Array.from({ length: size }, (_, i) => members[i % members.length]!);
  const clock = stopwatch();
  const stepper = await openMaskStepper(run, phase, kept, { values: run.start, slots: new Map(), steps: 0 });
  try {
    const rates = ratesAt(phase, 0), steps: number[] = [];
    let start = clock(), validation = 0;
    for await (const one of readTiles(run, kept, Array.from({ length: updates + 1 }, () => batch), 0)) {
      await stepper.step(one, rates);
      steps.push(clock());
      if (steps.length <= updates) continue;
      const looks = Math.min(run.validation.length, validationBatch), row = one.input.data.length / size;
      const looked = { shape: [looks, ...one.input.shape.slice(1)], data: Float32Array.from({ length: looks * row }, (_, i) => one.input.data[i % (size * row)]!) };
      await stepper.trainer.predict(looked);
      clock();
      await stepper.trainer.predict(looked);
      validation = clock() / looks;
    }
    start += steps[0] ?? 0;
    await stepper.trainer.save({ slots: true });
    const timedSteps = steps.slice(1);
    return { start, step: timedSteps.reduce((sum, one) => sum + one, 0) / Math.max(1, timedSteps.length), validation, end: clock() };
  } finally {
    await stepper.close();
  }
}
