// A phase of training for masks: epochs over random tiles, a look at the validation pictures after each, the best kept.
import { StudioError } from '#contract/errors.ts';
import type { Trainer } from '../../engines/engine.ts';
import { chunks } from '../batches/batching.ts';
import type { Scores } from '../checkpoint.ts';
import { drift, gradientMeter, movement } from '../monitoring/movement.ts';
import type { GradientMeter } from '../monitoring/movement.ts';
import { diverged, vanishing } from '../monitoring/warnings.ts';
import { takeEpoch } from '../run-state.ts';
import type { RunState } from '../run-state.ts';
import { peakRate, ratesAt } from '../stepping.ts';
import type { TrainPhase } from '../stepping.ts';
import { throttled } from '../throttled.ts';
import { breathe } from '../train-phase.ts';
import type { EpochResult } from '../train-phase.ts';
import { createPreview } from './preview.ts';
import type { MaskRun } from './run.ts';
import { createMaskScorer } from './scores.ts';
import { epochBatches, openMaskStepper, readTiles, turnOf } from './stepping.ts';
import type { MaskStepper } from './stepping.ts';

export interface MaskWatcher {
  /** Asked between two steps. */
  endRequested(): boolean;
  /** After each whole epoch. The state holds all that a resume needs. */
  epochDone(result: EpochResult): Promise<void>;
}

/** Tiles per forward pass in validation. */
export const validationBatch = 8;

/**
 * Trains on from where the state is, and leaves the phase's last values in it. A wish to end takes effect after the current step.
 * A loss that is no number ends the phase with the best so far, or, where there is none, throws `refused`.
 * @param kept stages whose outputs were gathered: the others are fed with these
 */
export async function trainPhase(run: MaskRun, phase: TrainPhase, kept: number, state: RunState, watcher: MaskWatcher): Promise<void> {
  const stepper = await openMaskStepper(run, phase, kept, state);
  try {
    let ended = false;
    while (!ended && state.epochsInPhase < phase.epochs && !(phase.patience !== null && state.sinceBetter >= phase.patience)) {
      const started = performance.now(), meter = gradientMeter(phase.rates);
      const trained = await epoch(run, phase, kept, state, stepper, meter, watcher);
      ended = trained.end === 'asked';
      // Part of an epoch is looked at only when there is nothing else to keep.
      if (ended && state.best !== null) return;
      const validation = trained.end === 'diverged' ? null : await validate(run, kept, stepper.trainer, state.epoch + 1);
      if (validation === null || !Number.isFinite(validation.loss)) return endDiverged(run, phase, state);
      await takeEpoch(state, stepper.trainer, stepper.own);
      const left = phase.epochs - state.epochsInPhase, gradients = meter.means();
      const doubt = run.told.has('training.vanishing') ? null : vanishing(gradients, run.network.stages.map(({ name }) => name));
      if (doubt) run.warn(doubt);
      await watcher.epochDone({
        train: trained.train, validation, learningRate: trained.learningRate, stages: movement(drift(run.network, run.start, state.values), gradients),
        seconds: (performance.now() - started) / 1000, secondsLeft: run.estimate.left({ step: left * trained.steps, validation: left }),
      });
    }
  } finally {
    await stepper.close();
  }
}

/** Nothing after a loss that is no number can be used; what was best before it can. */
function endDiverged(run: MaskRun, phase: TrainPhase, state: RunState): void {
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

async function epoch(run: MaskRun, phase: TrainPhase, kept: number, state: RunState, stepper: MaskStepper, meter: GradientMeter, watcher: MaskWatcher): Promise<TrainedEpoch> {
  const { examples, recipe, estimate, document: { classes } } = run;
  const batches = epochBatches(run, phase, state.epoch);
  const scorer = createMaskScorer(recipe.loss, classes.length + 1);
  let learningRate = 0, done = 0, last = performance.now();
  const tell = throttled((at, total, secondsLeft) => run.tell({ type: 'progress', phase: state.phase, epoch: state.epoch + 1, done: at, total, what: 'Training', secondsLeft }));
  const result = (end: TrainedEpoch['end']): TrainedEpoch => ({ train: scorer.scores(), learningRate, steps: batches.length, end });
  for await (const batch of readTiles(run, kept, batches, turnOf(run, kept, state.epoch))) {
    const rates = ratesAt(phase, (state.epochsInPhase * batches.length + done) / (phase.epochs * batches.length));
    const { loss, logits, gradientNorms } = await stepper.step(batch, rates);
    learningRate = Math.max(...rates.learningRate);
    if (!Number.isFinite(loss)) return result('diverged');
    scorer.add(logits, batch.labels, batch.members.map((member) => examples[member]!.picture), loss);
    meter.add(gradientNorms);
    done++;
    estimate.took('step', 1, (performance.now() - last) / 1000);
    last = performance.now();
    const left = (phase.epochs - state.epochsInPhase) * batches.length - done;
    tell(done, batches.length, estimate.left({ step: left, validation: state.epochsInPhase > 0 ? phase.epochs - state.epochsInPhase : 0 }));
    await breathe();
    if (watcher.endRequested()) return result('asked');
  }
  return result(null);
}

async function validate(run: MaskRun, kept: number, trainer: Trainer, epochNumber: number): Promise<Scores> {
  const { validation, examples, recipe, estimate, document } = run;
  const started = performance.now();
  const scorer = createMaskScorer(recipe.loss, document.classes.length + 1), preview = createPreview(run);
  for await (const { members, input, labels } of readTiles(run, kept, chunks(validation, validationBatch), null)) {
    const said = scorer.add(await trainer.predict(input), labels, members.map((member) => examples[member]!.picture));
    preview.add(members, said);
    await breathe();
  }
  estimate.took('validation', 1, (performance.now() - started) / 1000);
  run.tell({ type: 'preview', epoch: epochNumber, pictures: preview.pictures() });
  return scorer.scores();
}
