// A phase of training for masks: epochs over random tiles, a look at the validation pictures after each, the best kept.
import { setImmediate } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import type { Phase } from '#contract/plan.ts';
import { scheduleFactor } from '#contract/schedule.ts';
import type { Rates, Trainer, TrainerSpec } from '../../engines/engine.ts';
import { behind, crossing, parameters, stageIndex, stageNodes } from '../../nets/index.ts';
import type { Network } from '../../nets/graph.ts';
import { stream } from '../../random.ts';
import type { Tensor } from '../../tensor.ts';
import { chunks, evenBatches } from '../batching.ts';
import type { Scores } from '../checkpoint.ts';
import { optimizers } from '../optimizers.ts';
import type { MaskState } from './job.ts';
import { maskLoss, maskTargets } from './loss.ts';
import { createPreview } from './preview.ts';
import type { MaskRun } from './run.ts';
import { createMaskScorer } from './scores.ts';
import type { TileLabels } from './tiles.ts';

export type TrainPhase = Extract<Phase, { kind: 'train' }>;

export interface MaskWatcher {
  endRequested(): boolean;
  /** After each whole epoch. The state holds all that a resume needs. */
  epochDone(train: Scores, validation: Scores, facts: { readonly learningRate: number; readonly seconds: number; readonly secondsLeft: number | null }): Promise<void>;
}

/** Tiles per forward pass in validation. */
const validationBatch = 8;

/** @param kept stages whose outputs were gathered: the others are fed with these */
export async function trainPhase(run: MaskRun, phase: TrainPhase, kept: number, state: MaskState, watcher: MaskWatcher): Promise<void> {
  const network = kept > 0 ? behind(run.network, kept) : run.network;
  const trainer = await run.trainer.trainer!(specOf(run, phase, network));
  try {
    const own = new Set(parameters(network).map(({ name }) => name));
    await trainer.load(new Map([...[...state.values].filter(([name]) => own.has(name)), ...state.slots]), { fresh: true, steps: state.steps });
    let ended = false;
    while (!ended && state.epochsInPhase < phase.epochs && !(phase.patience !== null && state.sinceBetter >= phase.patience)) {
      const started = performance.now();
      const trained = await epoch(run, phase, kept, state, trainer, watcher);
      ended = trained.ended;
      // Part of an epoch is looked at only when there is nothing else to keep.
      if (ended && state.best !== null) return;
      const validation = await validate(run, kept, trainer, state.epoch + 1);
      if (!Number.isFinite(validation.loss)) throw diverged(state.epoch + 1, peakRate(phase));
      const saved = [...await trainer.save({ slots: true })];
      state.values = new Map([...state.values, ...saved.filter(([name]) => own.has(name))]);
      state.slots = new Map(saved.filter(([name]) => !own.has(name)));
      state.steps = trainer.steps;
      state.epochsInPhase += 1;
      state.epoch += 1;
      const left = phase.epochs - state.epochsInPhase;
      await watcher.epochDone(trained.scores, validation, { learningRate: trained.learningRate, seconds: (performance.now() - started) / 1000, secondsLeft: run.estimate.left({ step: left * trained.steps, validation: left }) });
    }
  } finally {
    await trainer.close();
  }
}

function specOf({ recipe, document, network: whole }: MaskRun, { rates, optimizer, batchNorm }: TrainPhase, network: Network): TrainerSpec {
  const stages = stageIndex(whole), trained = (node: string) => rates[stages.get(node)!] !== null;
  return {
    network,
    // Two groups per stage, so that decay can spare vectors (biases, norms).
    groups: new Map(parameters(network).flatMap(({ name, node, role, shape }) => (role === 'weight' && trained(node) ? [[name, 2 * stages.get(node)! + (shape.length > 1 ? 0 : 1)] as const] : []))),
    batchStatistics: new Set(batchNorm === 'frozen' ? [] : stageNodes(whole).flatMap(({ nodes }) => nodes.filter(({ op, id }) => op === 'norm' && trained(id)).map(({ id }) => id))),
    loss: maskLoss(recipe.loss, network.output),
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

interface FedBatch extends TileLabels {
  readonly members: readonly number[];
  readonly input: Tensor;
}

/** Tiles, or the kept outputs of the frozen stages for them. @param turn of the batches; null = validation */
async function* read({ tiles, frozen, network }: MaskRun, kept: number, batches: readonly (readonly number[])[], turn: number | null): AsyncGenerator<FedBatch> {
  const requests = batches.map((members) => ({ members, turn }));
  if (kept === 0) {
    for await (const { errors, ...batch } of tiles.read(requests)) {
      for (const error of errors.values()) throw error;
      yield batch;
    }
    return;
  }
  const nodes = crossing(network, kept);
  for await (const batch of tiles.labels(requests)) yield { ...batch, input: frozen.joined(nodes, batch.members, turn) };
}

interface TrainedEpoch {
  readonly scores: Scores;
  readonly learningRate: number;
  readonly steps: number;
  readonly ended: boolean;
}

async function epoch(run: MaskRun, phase: TrainPhase, kept: number, state: MaskState, trainer: Trainer, watcher: MaskWatcher): Promise<TrainedEpoch> {
  const { training, examples, recipe, classWeights, estimate, document: { seed, preprocessing: { size }, classes } } = run;
  const order = stream(seed, 'shuffle').permutation(state.epoch, training.length);
  const batches = evenBatches(Array.from(order, (i) => training[i]!), phase.batchSize);
  const maps = classes.length + 1, scorer = createMaskScorer(recipe.loss, maps);
  let learningRate = 0, done = 0, last = performance.now(), told = last;
  // Kept views take turns; without them every epoch has tiles of its own.
  for await (const { members, input, labels, weights } of read(run, kept, batches, kept > 0 ? state.epoch % recipe.views : state.epoch)) {
    const rates = ratesAt(phase, (state.epochsInPhase * batches.length + done) / (phase.epochs * batches.length));
    const { loss, logits } = await trainer.step({ input, ...maskTargets(recipe.loss, { labels, weights }, [members.length, ...size, maps], classWeights), seed: dropoutSeed(seed, trainer.steps) }, rates);
    learningRate = Math.max(...rates.learningRate);
    if (!Number.isFinite(loss)) throw diverged(state.epoch + 1, peakRate(phase));
    scorer.add(logits, labels, members.map((member) => examples[member]!.picture), loss);
    done++;
    estimate.took('step', 1, (performance.now() - last) / 1000);
    last = performance.now();
    if (last - told > 250 || done === batches.length) {
      told = last;
      const left = (phase.epochs - state.epochsInPhase) * batches.length - done;
      run.tell({ type: 'progress', phase: state.phase, epoch: state.epoch + 1, done, total: batches.length, what: 'Training', secondsLeft: estimate.left({ step: left, validation: state.epochsInPhase > 0 ? phase.epochs - state.epochsInPhase : 0 }) });
    }
    // An engine may block the thread through whole steps: between them messages have to come in and go out.
    await setImmediate();
    if (watcher.endRequested()) return { scores: scorer.scores(), learningRate, steps: batches.length, ended: true };
  }
  return { scores: scorer.scores(), learningRate, steps: batches.length, ended: false };
}

async function validate(run: MaskRun, kept: number, trainer: Trainer, epochNumber: number): Promise<Scores> {
  const { validation, examples, recipe, estimate, document } = run;
  const started = performance.now();
  const scorer = createMaskScorer(recipe.loss, document.classes.length + 1), preview = createPreview(run);
  for await (const { members, input, labels } of read(run, kept, chunks(validation, validationBatch), null)) {
    const said = scorer.add(await trainer.predict(input), labels, members.map((member) => examples[member]!.picture));
    preview.add(members, said);
    await setImmediate();
  }
  estimate.took('validation', 1, (performance.now() - started) / 1000);
  run.tell({ type: 'preview', epoch: epochNumber, pictures: preview.pictures() });
  return scorer.scores();
}

const peakRate = ({ rates }: TrainPhase): number => Math.max(...rates.map((rate) => rate ?? 0));

function dropoutSeed(seed: number, step: number): [number, number] {
  const random = stream(seed, 'dropout');
  return [random.integer(2 * step, 2 ** 32), random.integer(2 * step + 1, 2 ** 32)];
}

function diverged(epochNumber: number, rate: number): StudioError {
  return new StudioError('refused', 'training.diverged', { epoch: epochNumber, rate }, `The loss is no longer a number in epoch ${epochNumber}: the training has diverged. Start again with a lower learning rate than ${rate}, a tenth of it for a start, or set a gradient limit.`);
}
