// A phase of training by steps: epochs over the training pictures, a look at validation after each, the best kept.
import { setImmediate } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import type { Phase } from '#contract/plan.ts';
import type { Rates, Trainer, TrainerSpec } from '../engines/engine.ts';
import { parameters, stageIndex, stageNodes } from '../nets/index.ts';
import { stream } from '../random.ts';
import { chunks, evenBatches } from './batching.ts';
import type { Inputs } from './inputs.ts';
import { lossOf, TARGET, targetOptions, targetsOf } from './losses.ts';
import { optimizers } from './optimizers.ts';
import type { Run, RunState } from './run.ts';
import { scheduleFactor } from '#contract/schedule.ts';
import { createScorer } from './scoring.ts';
import type { Scores } from './checkpoint.ts';
import { worseThanGuessing } from './warnings.ts';

export type TrainPhase = Extract<Phase, { kind: 'train' }>;

export interface EpochResult {
  readonly train: Scores;
  readonly validation: Scores;
  readonly learningRate: number;
  readonly seconds: number;
  readonly secondsLeft: number | null;
}

export interface PhaseWatcher {
  /** After each whole epoch. The state holds all that a resume needs. */
  epochDone(result: EpochResult): Promise<void>;
  /** Within an epoch. */
  progress(done: number, total: number, secondsLeft: number | null): void;
}

/** Pictures per forward pass in validation. */
const validationBatch = 32;

/** Trains on from where the state is, and leaves the phase's last values in it. A wish to stop ends it after the current step. */
export async function trainPhase(run: Run, phase: TrainPhase, inputs: Inputs, state: RunState, watcher: PhaseWatcher): Promise<void> {
  const trainer = await run.trainer!.trainer!(specOf(run, phase, inputs));
  try {
    const own = new Set(parameters(inputs.network).map(({ name }) => name));
    await trainer.load(new Map([...[...state.values].filter(([name]) => own.has(name)), ...state.slots]), { fresh: true, steps: state.steps });
    let stopped = false;
    // Asked here too, so that a run that was cut off behind its last epoch does not train on.
    while (!stopped && state.epochsInPhase < phase.epochs && !(phase.patience !== null && state.sinceBetter >= phase.patience)) {
      const started = performance.now();
      const trained = await epoch(run, phase, inputs, state, trainer, watcher);
      stopped = trained.stopped;
      // Part of an epoch is looked at only when there is nothing else to keep.
      if (stopped && state.best !== null) return;
      const validation = await validate(run, inputs, trainer);
      if (!Number.isFinite(validation.loss)) throw diverged(state.epoch + 1, peakRate(phase));
      const saved = [...await trainer.save({ slots: true })];
      state.values = new Map([...state.values, ...saved.filter(([name]) => own.has(name))]);
      state.slots = new Map(saved.filter(([name]) => !own.has(name)));
      state.steps = trainer.steps;
      state.epochsInPhase += 1;
      state.epoch += 1;
      const left = phase.epochs - state.epochsInPhase;
      const { train, learningRate, steps } = trained;
      await watcher.epochDone({ train, validation, learningRate, seconds: (performance.now() - started) / 1000, secondsLeft: run.estimate.left({ step: left * steps, validation: left }) });
    }
  } finally {
    await trainer.close();
  }
}

/** Two groups per stage, so that decay can spare vectors (biases, norms). */
const groupOf = (stage: number, decayed: boolean) => 2 * stage + (decayed ? 0 : 1);

function specOf({ network, kind, recipe, document }: Run, { rates, optimizer, batchNorm }: TrainPhase, inputs: Inputs): TrainerSpec {
  const stages = stageIndex(network);
  const trained = (node: string) => rates[stages.get(node)!] !== null;
  return {
    network: inputs.network,
    groups: new Map(parameters(inputs.network).flatMap(({ name, node, role, shape }) => (role === 'weight' && trained(node) ? [[name, groupOf(stages.get(node)!, shape.length > 1)] as const] : []))),
    batchStatistics: new Set(batchNorm === 'frozen' ? [] : stageNodes(network).flatMap(({ nodes }) => nodes.filter(({ op, id }) => op === 'norm' && trained(id)).map(({ id }) => id))),
    loss: lossOf(kind, inputs.network.output),
    optimizer: optimizers[optimizer],
    ...(recipe.clipNorm !== null && { clipNorm: recipe.clipNorm }),
    precision: document.precision,
  };
}

function ratesAt({ rates, schedule, weightDecay }: TrainPhase, progress: number): Rates {
  const factor = scheduleFactor(schedule, progress);
  return {
    learningRate: rates.flatMap((rate) => [(rate ?? 0) * factor, (rate ?? 0) * factor]),
    weightDecay: rates.flatMap((rate) => [rate === null ? 0 : weightDecay, 0]),
  };
}

interface TrainedEpoch {
  readonly train: Scores;
  readonly learningRate: number;
  readonly steps: number;
  readonly stopped: boolean;
}

async function epoch(run: Run, phase: TrainPhase, inputs: Inputs, state: RunState, trainer: Trainer, watcher: PhaseWatcher): Promise<TrainedEpoch> {
  const { training, labels, kind, logits: outputs, recipe, estimate, document: { seed } } = run;
  const order = stream(seed, 'shuffle').permutation(state.epoch, training.length);
  const batches = evenBatches(Array.from(order, (i) => training[i]!), phase.batchSize);
  const options = targetOptions(kind, outputs, recipe, training.map((picture) => labels[picture]!));
  const peak = peakRate(phase);
  const scorer = createScorer(kind, outputs);
  let learningRate = 0, done = 0, last = performance.now();
  for await (const { members, input } of inputs.read(batches, state.epoch)) {
    const step = state.epochsInPhase * batches.length + done;
    const rates = ratesAt(phase, step / (phase.epochs * batches.length));
    const own = members.map((picture) => labels[picture]!);
    const { target, weight } = targetsOf(own, options);
    const { loss, logits } = await trainer.step({ input, targets: new Map([[TARGET, target]]), ...(weight && { weight }), seed: dropoutSeed(seed, trainer.steps) }, rates);
    learningRate = Math.max(...rates.learningRate);
    if (!Number.isFinite(loss)) throw diverged(state.epoch + 1, peak);
    scorer.add(logits, own, loss);
    done++;
    estimate.took('step', 1, (performance.now() - last) / 1000);
    last = performance.now();
    const left = (phase.epochs - state.epochsInPhase) * batches.length - done;
    watcher.progress(done, batches.length, estimate.left({ step: left, validation: state.epochsInPhase > 0 ? phase.epochs - state.epochsInPhase : 0 }));
    await breathe();
    if (run.io.stopRequested()) return { train: scorer.scores(), learningRate, steps: batches.length, stopped: true };
  }
  const train = scorer.scores();
  const doubt = pastWarmup(phase, state) && recipe.labelSmoothing === 0 ? worseThanGuessing(kind, outputs, train.loss, peak) : null;
  if (doubt) run.warn(doubt.key, doubt.message);
  return { train, learningRate, steps: batches.length, stopped: false };
}

/** Whether the epoch in work is the first that lies behind the warm-up: the doubt is told once. */
function pastWarmup({ schedule, epochs }: TrainPhase, { epochsInPhase }: RunState): boolean {
  const warmup = schedule.kind === 'cosine' ? schedule.warmup : schedule.kind === 'one-cycle' ? schedule.peakAt : 0;
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

const peakRate = ({ rates }: TrainPhase): number => Math.max(...rates.map((rate) => rate ?? 0));

/** An engine may block the thread through whole steps: between them messages have to come in (a wish to stop, the end of the parent) and go out. */
const breathe = (): Promise<void> => setImmediate();

function dropoutSeed(seed: number, step: number): [number, number] {
  const random = stream(seed, 'dropout');
  return [random.integer(2 * step, 2 ** 32), random.integer(2 * step + 1, 2 ** 32)];
}

function diverged(epoch: number, rate: number): StudioError {
  return new StudioError('refused', 'training.diverged', { epoch, rate }, `The loss is no longer a number in epoch ${epoch}: the training has diverged. Start again with a lower learning rate than ${rate}, a tenth of it for a start, or set a gradient limit.`);
}
