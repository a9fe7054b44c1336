// Training, as a recipe: plan, load, run the frozen part once, phase after phase, save.
import { randomUUID } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import type { Phase } from '#contract/plan.ts';
import type { JobIo } from '../jobs/io.ts';
import type { Wanted } from './features/features.ts';
import { fitPhase } from './fit-phase.ts';
import { keptInputs, pictureInputs, viewTurns } from './batches/inputs.ts';
import type { Inputs } from './batches/inputs.ts';
import { asTwoClasses, headToTrain } from './heads/head-layers.ts';
import { deltaFile, differing } from './model.ts';
import { headParameters } from '../nets/index.ts';
import { isParentHead } from './regularisers/index.ts';
import { pretrain } from './pretraining/pretrain.ts';
import { openRun } from './run.ts';
import type { Run } from './run.ts';
import { keepCheckpoint, nextPhase, noteBest, startState } from './run-state.ts';
import type { RunState } from './run-state.ts';
import { throttled } from './throttled.ts';
import { trainPhase } from './train-phase.ts';
import type { EpochResult } from './train-phase.ts';
import { noBetterThanMajority, outOfTime, overfitting, parentGone } from './monitoring/warnings.ts';

/** Bytes of kept outputs of frozen stages on disk, in each project. */
const diskBudget = 4 * 2 ** 30;

/**
 * Trains a model and hands it over, or ends without one when it was stopped before there was any.
 * Throws StudioError for what a person can mend.
 */
export async function train(document: TrainDocument, io: JobIo): Promise<void> {
  const run = await openRun(await begun(document, io), io);
  try {
    await work(run);
  } catch (error) {
    if (!(error instanceof StudioError && error.code === 'cancelled')) throw error;
  } finally {
    await run.close();
  }
}

/** The document after the pretraining that comes before its strategy. A resumed run pretrains again: from the same seed the same comes out. */
async function begun(document: TrainDocument, io: JobIo): Promise<TrainDocument> {
  if (!document.pretraining) return document;
  return pretrain(document, io, async ({ pretraining: _, ...plain }) => {
    let last: EpochResult['validation'] | null = null;
    await train({ ...plain, strategy: 'feature-extraction', values: {}, resume: null, resumeEngine: null }, {
      ...io,
      send(message) {
        if (message.type === 'event' && message.body.type === 'epoch') last = message.body.validation;
      },
    });
    return last;
  });
}

async function work(run: Run): Promise<void> {
  const { document, plan, recipe, record, io, tell } = run;
  const started = performance.now();
  const state = await startState(run, headToTrain(recipe));
  const secondsBefore = state.seconds;
  const clock = () => secondsBefore + (performance.now() - started) / 1000;
  tell({ type: 'plan', runId: document.runId, plan, engine: record, dataset: document.dataset, ...(document.estimate && { estimate: document.estimate }) });
  if (run.parent.gone) run.warn(parentGone(document.parent?.name ?? ''));
  await prepare(run, state);
  const phases = recipe.phases;
  let late = false;
  const timeIsUp = () => (late ||= recipe.minutes !== null && clock() >= 60 * recipe.minutes);
  // There has to be something to keep before time can be up.
  while (state.phase < phases.length && !io.stopRequested() && !(timeIsUp() && state.best !== null)) {
    const phase = phases[state.phase]!;
    tell({ type: 'phase', index: state.phase, name: phase.name, epochs: epochsOf(phase) });
    if (phase.kind === 'fit') {
      const began = performance.now();
      const scores = await fitPhase(run, phase, state);
      state.epoch += 1;
      closeEpoch(run, state, { ...scores, learningRate: 0, seconds: (performance.now() - began) / 1000, secondsLeft: null });
    } else {
      await trainPhase(run, phase, inputsOf(run, state.phase), state, {
        progress: throttled((done, total, secondsLeft) => tell({ type: 'progress', phase: state.phase, epoch: state.epoch + 1, done, total, what: 'Training', secondsLeft })),
        endRequested: () => io.stopRequested() || timeIsUp(),
        retained: (epoch, value) => tell({ type: 'retention', epoch, of: run.examination!.kind, value, pictures: run.examination!.members.length }),
        async epochDone(result) {
          closeEpoch(run, state, result);
          await keepCheckpoint(run, state, clock());
        },
      });
    }
    nextPhase(state);
    if (phase.kind === 'fit') await keepCheckpoint(run, state, clock());
  }
  if (late) run.warn(outOfTime(recipe.minutes!, state.epoch));
  await finish(run, state, clock());
}

/** Runs the frozen part for all phases that are still to come. */
export async function prepare(run: Run, state: RunState): Promise<void> {
  const { recipe, training, validation, frozen, pictures, cache, kept, parent, examination } = run;
  const rehearsed = recipe.regularisers.some(({ kind }) => kind === 'rehearsal' || kind === 'ewc') ? parent.training : [];
  const began = performance.now();
  const turns = viewTurns(recipe.views);
  const wanted = kept.slice(state.phase).flatMap((node): Wanted[] => {
    if (node === null) return [];
    return [...turns.map((turn) => ({ node, members: [...training, ...rehearsed], turn })), { node, members: [...validation, ...examination?.members ?? []], turn: null }];
  });
  const perPicture = throttled((done, total, secondsLeft) => run.tell({ type: 'progress', phase: state.phase, epoch: state.epoch, done, total, what: 'Reading pictures', secondsLeft }));
  const { cached, errors, cacheError } = await frozen.gather(wanted, run.start, {
    tell: (done, total) => perPicture(done, total, ((performance.now() - began) / 1000 / done) * (total - done)),
    stopRequested: () => run.io.stopRequested(),
  });
  for (const error of errors.values()) throw error;
  if (cacheError !== null) {
    const reason = cacheError instanceof Error ? cacheError.message : 'unknown reason';
    run.warn({ key: 'features.not-kept', params: { reason }, message: `The outputs of the frozen stages could not be kept on disk (${reason}). The run goes on; the next one has to compute them again.` });
  }
  run.tell({ type: 'prepared', pictures: pictures.length, cached, seconds: (performance.now() - began) / 1000 });
  await cache.prune(diskBudget);
}

/** What a phase is fed with. */
export function inputsOf({ network, reader, frozen, recipe, kept }: Run, phase: number): Inputs {
  const node = kept[phase] ?? null;
  return node === null ? pictureInputs(network, reader, recipe.augmentation !== 'none') : keptInputs(network, node, frozen, recipe.views);
}

/** Notes whether the epoch is the best, and tells of it. */
function closeEpoch(run: Run, state: RunState, result: EpochResult): void {
  const best = noteBest(state, result.validation);
  const epochs = run.recipe.phases.reduce((sum, phase) => sum + epochsOf(phase), 0);
  run.tell({ type: 'epoch', phase: state.phase, epoch: state.epoch, epochs, ...result, best });
  run.history.push({ phase: state.phase, train: result.train, validation: result.validation });
  const doubt = run.told.has('training.overfitting') ? null : overfitting(run.history.filter(({ phase }) => phase === state.phase));
  if (doubt) run.warn(doubt);
}

async function finish(run: Run, state: RunState, seconds: number): Promise<void> {
  const { document, io, base, training, validation, network, recipe } = run;
  if (state.best === null) return;
  const { best } = state;
  const targets = (members: readonly number[]) => members.map((i) => document.images[i]!.targets);
  const doubt = document.task === 'classification' ? noBetterThanMajority(targets(training), targets(validation), best.validation.accuracy, document.classes) : null;
  if (doubt) run.warn(doubt);
  const head = headParameters(network);
  // A nearest-neighbour model has no classifier.
  const values = recipe.output === 'one-sigmoid' ? asTwoClasses(state.bestValues, network) : state.bestValues;
  const own = new Map([...values].filter(([name]) => !isParentHead(name) && (state.head.kind !== 'knn' || !head.has(name))));
  const file = deltaFile(differing(base, own), document.backbone);
  io.send({ type: 'model', model: { delta: await io.blobs.put(file), deltaBytes: file.byteLength, head: state.head, classes: document.classes, preprocessing: document.preprocessing } });
  run.tell({ type: 'finished', runId: document.runId, modelId: randomUUID(), seconds, memory: process.resourceUsage().maxRSS * 1024, stopped: io.stopRequested(), metrics: { epoch: best.epoch, validation: best.validation, selection: true } });
}

const epochsOf = (phase: Phase): number => (phase.kind === 'fit' ? 1 : phase.epochs);
