// Training for masks, as a recipe: plan, load, run the frozen encoder once where it can be kept, phase after phase, save.
import { randomUUID } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import type { JobIo } from '../../jobs/io.ts';
import { crossing } from '../../nets/index.ts';
import type { Scores } from '../checkpoint.ts';
import { deltaFile, differing } from '../model.ts';
import { keepCheckpoint, nextPhase, noteBest, startState } from '../run-state.ts';
import type { RunState } from '../run-state.ts';
import { throttled } from '../throttled.ts';
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
  const endRequested = () => io.stopRequested() || (minutes !== null && clock() >= 60 * minutes && state.best !== null);
  tell({ type: 'plan', runId: document.runId, plan, engine: record, dataset: document.dataset });
  while (state.phase < phases.length && !endRequested()) {
    const phase = phases[state.phase]!;
    tell({ type: 'phase', index: state.phase, name: phase.name, epochs: phase.epochs });
    const kept = await keepFrozen(run, state);
    await trainPhase(run, phase, kept, state, {
      endRequested,
      async epochDone(train, validation, facts) {
        closeEpoch(run, state, train, validation, facts);
        await keepCheckpoint(run, state, clock());
      },
    });
    nextPhase(state);
  }
  await finish(run, state, clock());
}

/** Kept maps may take this much memory; more, and the tiles go through the whole network in every epoch. */
const keptBudget = 1.5 * 2 ** 30;

/** Runs the frozen stages of a phase once per kept view. @returns how many stages need not be run again; 0 = the phase is fed with tiles */
async function keepFrozen(run: MaskRun, state: RunState): Promise<number> {
  const { recipe, network, training, validation, frozen, tell, io } = run;
  const stages = recipe.phases[state.phase]!.rates.findIndex((rate) => rate !== null);
  if (stages < 1 || recipe.views === 0 || state.phase > 0) return 0;
  const nodes = crossing(network, stages), turns = Array.from({ length: recipe.views }, (_, turn) => turn);
  if (frozen.bytes(nodes) * (training.length * turns.length + validation.length) > keptBudget) return 0;
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
function closeEpoch({ recipe, tell }: MaskRun, state: RunState, train: Scores, validation: Scores, facts: { readonly learningRate: number; readonly seconds: number; readonly secondsLeft: number | null }): void {
  const best = noteBest(state, validation);
  tell({ type: 'epoch', phase: state.phase, epoch: state.epoch, epochs: recipe.phases.reduce((sum, { epochs }) => sum + epochs, 0), train, validation, ...facts, best });
}

async function finish({ document, io, base, tell }: MaskRun, { best, bestValues, head }: RunState, seconds: number): Promise<void> {
  if (best === null) return;
  const file = deltaFile(differing(base, bestValues), document.backbone);
  io.send({ type: 'model', model: { delta: await io.blobs.put(file), deltaBytes: file.byteLength, head, classes: document.classes, preprocessing: document.preprocessing } });
  tell({ type: 'finished', runId: document.runId, modelId: randomUUID(), seconds, stopped: io.stopRequested(), metrics: { epoch: best.epoch, validation: best.validation, selection: true } });
}
