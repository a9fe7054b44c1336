// A phase of training by steps: epochs over the training pictures, a look at validation after each, the best kept.
import { setImmediate } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import type { StageMovement } from '#contract/run-events.ts';
import type { Trainer } from '../engines/engine.ts';
import { parameters } from '../nets/index.ts';
import { stream } from '../random.ts';
import { chunks, evenBatches } from './batches/batching.ts';
import type { Scores } from './checkpoint.ts';
import type { Inputs } from './batches/inputs.ts';
import { drift, gradientMeter, movement } from './monitoring/movement.ts';
import type { GradientMeter } from './monitoring/movement.ts';
import type { Run } from './run.ts';
import { takeEpoch } from './run-state.ts';
import type { RunState } from './run-state.ts';
import { openRetention } from './monitoring/retention.ts';
import { createScorer } from './scoring.ts';
import { openStepper, peakRate, ratesAt } from './stepping.ts';
import type { Stepper, TrainPhase } from './stepping.ts';
import { diverged, vanishing, worseThanGuessing } from './monitoring/warnings.ts';

export interface EpochResult {
  readonly train: Scores;
  readonly validation: Scores;
  readonly learningRate: number;
  readonly stages?: StageMovement[];
  readonly seconds: number;
  readonly secondsLeft: number | null;
}

export interface PhaseWatcher {
  /** After each whole epoch. The state holds all that a resume needs. */
  epochDone(result: EpochResult): Promise<void>;
  /** Within an epoch. */
  progress(done: number, total: number, secondsLeft: number | null): void;
  /** What is left of the parent's skill, 0..1, after an epoch; at first that of the parent itself. */
  retained(epoch: number, value: number): void;
  /** Asked between two steps. */
  endRequested(): boolean;
}

/** Pictures per forward pass in validation. */
const validationBatch = 32;

/**
 * Trains on from where the state is, and leaves the phase's last values in it. A wish to end takes effect after the current step.
 * A loss that is no number ends the phase with the best so far, or, where there is none, throws `refused`.
 */
export async function trainPhase(run: Run, phase: TrainPhase, inputs: Inputs, state: RunState, watcher: PhaseWatcher): Promise<void> {
  const stepper = await openStepper(run, phase, inputs, state);
  const { trainer } = stepper;
  try {
    const own = new Set(parameters(stepper.network).map(({ name }) => name));
    const meter = run.examination && await openRetention(run, run.examination, inputs, stepper.network, run.trainer!);
    const first = state.epochsInPhase === 0 && run.recipe.phases.slice(0, state.phase).every(({ kind }) => kind === 'fit');
    if (meter && first) watcher.retained(state.epoch, meter.before);
    let ended = false;
    // Asked here too, so that a run that was cut off behind its last epoch does not train on.
    while (!ended && state.epochsInPhase < phase.epochs && !(phase.patience !== null && state.sinceBetter >= phase.patience)) {
      const started = performance.now();
      const gradientNorms = gradientMeter(phase.rates);
      const trained = await epoch(run, phase, inputs, state, stepper, gradientNorms, watcher);
      ended = trained.end !== null;
      // Part of an epoch is looked at only when there is nothing else to keep.
      if (ended && trained.end !== 'diverged' && state.best !== null) return;
      const validation = trained.end === 'diverged' ? null : await validate(run, inputs, trainer);
      if (validation === null || !Number.isFinite(validation.loss)) return endDiverged(run, phase, state);
      await takeEpoch(state, trainer, own);
      const left = phase.epochs - state.epochsInPhase;
      const { train, learningRate, steps } = trained;
      const gradients = gradientNorms.means();
      const doubt = run.told.has('training.vanishing') ? null : vanishing(gradients, run.network.stages.map(({ name }) => name));
      if (doubt) run.warn(doubt);
      await watcher.epochDone({
        train, validation, learningRate, stages: movement(drift(run.network, run.start, state.values), gradients),
        seconds: (performance.now() - started) / 1000, secondsLeft: run.estimate.left({ step: left * steps, validation: left }),
      });
      if (meter) watcher.retained(state.epoch, await meter.measure(trainer));
    }
  } finally {
    await stepper.close();
  }
}

/** Nothing after a loss that is no number can be used; what was best before it can. */
function endDiverged(run: Run, phase: TrainPhase, state: RunState): void {
  const doubt = diverged(state.epoch + 1, peakRate(phase), state.best !== null);
  if (state.best === null) throw new StudioError('refused', doubt.key, doubt.params, doubt.message);
  run.warn(doubt);
}

interface TrainedEpoch {
  readonly train: Scores;
  readonly learningRate: number;
  readonly steps: number;
  /** Why the phase ends in the middle of the epoch. */
  readonly end: 'asked' | 'diverged' | null;
}

async function epoch(run: Run, phase: TrainPhase, inputs: Inputs, state: RunState, { trainer: _, step: update }: Stepper, meter: GradientMeter, watcher: PhaseWatcher): Promise<TrainedEpoch> {
  const { training, labels, kind, logits: outputs, estimate, document: { seed } } = run;
  const order = stream(seed, 'shuffle').permutation(state.epoch, training.length);
  const batches = evenBatches(Array.from(order, (i) => training[i]!), phase.batchSize);
  const scorer = createScorer(kind, outputs);
  let learningRate = 0, done = 0, last = performance.now();
  const result = (end: TrainedEpoch['end']): TrainedEpoch => ({ train: scorer.scores(), learningRate, steps: batches.length, end });
  for await (const batch of inputs.read(batches, state.epoch)) {
    const step = state.epochsInPhase * batches.length + done;
    const rates = ratesAt(phase, step / (phase.epochs * batches.length));
    const { loss, terms, logits, gradientNorms } = await update(batch, rates);
    learningRate = Math.max(...rates.learningRate);
    if (!Number.isFinite(loss)) return result('diverged');
    // The first term is the loss of the classes; others pull at the weights.
    scorer.add(logits, batch.members.map((picture) => labels[picture]!), terms[0]);
    meter.add(gradientNorms);
    done++;
    estimate.took('step', 1, (performance.now() - last) / 1000);
    last = performance.now();
    const left = (phase.epochs - state.epochsInPhase) * batches.length - done;
    watcher.progress(done, batches.length, estimate.left({ step: left, validation: state.epochsInPhase > 0 ? phase.epochs - state.epochsInPhase : 0 }));
    await breathe();
    if (watcher.endRequested()) return result('asked');
  }
  const doubt = pastWarmup(phase, state) ? worseThanGuessing(kind, outputs, scorer.scores().loss, peakRate(phase)) : null;
  if (doubt) run.warn(doubt);
  return result(null);
}

/** Whether the epoch in work is the first that lies behind the warm-up: the doubt is told once. */
function pastWarmup({ schedule, epochs }: TrainPhase, { epochsInPhase }: RunState): boolean {
  const warmup = schedule.kind === 'one-cycle' ? schedule.peakAt : schedule.warmup ?? 0;
  return epochsInPhase === Math.min(epochs - 1, Math.ceil(warmup * epochs));
}

async function validate({ validation, labels, kind, logits, estimate }: Run, inputs: Inputs, trainer: Trainer): Promise<Scores> {
  const started = performance.now();
  const scorer = createScorer(kind, logits);
  for await (const { members, input } of inputs.read(chunks(validation, validationBatch), null)) {
    scorer.add(await trainer.predict(input), members.map((picture) => labels[picture]!));
    await breathe();
  }
  estimate.took('validation', 1, (performance.now() - started) / 1000);
  return scorer.scores();
}

/** An engine may block the thread through whole steps: between them messages have to come in (a wish to stop, the end of the parent) and go out. */
export const breathe = (): Promise<void> => setImmediate();
