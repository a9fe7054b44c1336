// Training for masks, as a recipe: plan, load, run the frozen encoder once where it can be kept, phase after phase, save.
import { randomUUID } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import type { JobIo } from '../../jobs/io.ts';
import { crossing } from '../../nets/index.ts';
import { deltaFile, differing } from '../model.ts';
import { outOfTime, overfitting } from '../monitoring/warnings.ts';
import { keepCheckpoint, nextPhase, noteBest, startState } from '../run-state.ts';
import type { RunState } from '../run-state.ts';
import { throttled } from '../throttled.ts';
import type { EpochResult } from '../train-phase.ts';
import { keptStages } from './kept.ts';
import { trainPhase } from './phase.ts';
import { openMaskRun } from './run.ts';
import type { MaskRun } from './run.ts';

/** Bytes of kept outputs of frozen stages on disk, in each project. */
const diskBudget = 4 * 2 ** 30;

/** Trains a model and hands it over, or ends without one when it was stopped before there was any. Throws StudioError for what a person can mend. */
export async function trainMasks(document: TrainDocument, io: JobIo): Promise<void> {
  const run = await openMaskRun(document, io);
  try {
    await work(run);
  } catch (error) {
    if (!(error instanceof StudioError && error.code === 'cancelled')) throw error;
  } finally {
    await run.close();
  }
}

async function work(run: MaskRun): Promise<void> {
  const { document, plan, recipe: { phases, minutes }, record, io, tell } = run;
  const started = performance.now();
  const state = await startState(run, { kind: 'segmentation' });
  const secondsBefore = state.seconds;
  const clock = () => secondsBefore + (performance.now() - started) / 1000;
  let late = false;
  const timeIsUp = () => (late ||= minutes !== null && clock() >= 60 * minutes);
  // There has to be something to keep before time can be up.
  const endRequested = () => io.stopRequested() || (state.best !== null && timeIsUp());
  tell({ type: 'plan', runId: document.runId, plan, engine: record, dataset: document.dataset, ...(document.estimate && { estimate: document.estimate }) });
  while (state.phase < phases.length && !endRequested()) {
    const phase = phases[state.phase]!;
    tell({ type: 'phase', index: state.phase, name: phase.name, epochs: phase.epochs });
    const kept = await keepFrozen(run, state);
    await trainPhase(run, phase, kept, state, {
      endRequested,
      async epochDone(result) {
        closeEpoch(run, state, result);
        await keepCheckpoint(run, state, clock());
      },
    });
    nextPhase(state);
  }
  if (late) run.warn(outOfTime(minutes!, state.epoch));
  await finish(run, state, clock());
}

/** Runs the frozen stages of a phase once per kept view. @returns how many stages need not be run again; 0 = the phase is fed with tiles */
export async function keepFrozen(run: MaskRun, state: Pick<RunState, 'phase' | 'epoch'>): Promise<number> {
  const { recipe, network, training, validation, frozen, tell, io } = run;
  const stages = keptStages(network, recipe, state.phase, { training: training.length, validation: validation.length });
  if (stages === 0) return 0;
  const nodes = crossing(network, stages), turns = Array.from({ length: recipe.views }, (_, turn) => turn);
  const began = performance.now();
  const perTile = throttled((done, total, secondsLeft) => tell({ type: 'progress', phase: state.phase, epoch: state.epoch, done, total, what: 'Reading pictures', secondsLeft }));
  const { cached, errors } = await frozen.gather(nodes.flatMap((node) => [...turns.map((turn) => ({ node, members: training, turn })), { node, members: validation, turn: null }]), run.start, {
    tell: (done, total) => perTile(done, total, ((performance.now() - began) / 1000 / done) * (total - done)),
    stopRequested: () => io.stopRequested(),
  });
  for (const error of errors.values()) throw error;
  tell({ type: 'prepared', pictures: run.document.images.length, cached, seconds: (performance.now() - began) / 1000 });
  await run.cache.prune(diskBudget);
  return stages;
}

/** Notes whether the epoch is the best, and tells of it. */
function closeEpoch(run: MaskRun, state: RunState, result: EpochResult): void {
  const best = noteBest(state, result.validation);
  run.tell({ type: 'epoch', phase: state.phase, epoch: state.epoch, epochs: run.recipe.phases.reduce((sum, { epochs }) => sum + epochs, 0), ...result, best });
  run.history.push({ phase: state.phase, train: result.train, validation: result.validation });
  const doubt = run.told.has('training.overfitting-masks') ? null : overfitting(run.history.filter(({ phase }) => phase === state.phase));
  if (doubt) run.warn(doubt);
}

async function finish({ document, io, base, tell }: MaskRun, { best, bestValues, head }: RunState, seconds: number): Promise<void> {
  if (best === null) return;
  const file = deltaFile(differing(base, bestValues), document.backbone);
  io.send({ type: 'model', model: { delta: await io.blobs.put(file), deltaBytes: file.byteLength, head, classes: document.classes, preprocessing: document.preprocessing } });
  tell({ type: 'finished', runId: document.runId, modelId: randomUUID(), seconds, memory: process.resourceUsage().maxRSS * 1024, stopped: io.stopRequested(), metrics: { epoch: best.epoch, validation: best.validation, selection: true } });
}
