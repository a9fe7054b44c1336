// A phase of training for masks: epochs over random tiles, a look at the validation pictures after each, the best kept.
import { StudioError } from '#contract/errors.ts';
import type { Trainer } from '../../engines/engine.ts';
import { behind, crossing, parameters } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import type { Tensor } from '../../tensor.ts';
import { chunks, evenBatches } from '../batches/batching.ts';
import type { Scores } from '../checkpoint.ts';
import { takeEpoch } from '../run-state.ts';
import type { RunState } from '../run-state.ts';
import { dropoutSeed, peakRate, ratesAt, trainerSpec } from '../stepping.ts';
import type { TrainPhase } from '../stepping.ts';
import { throttled } from '../throttled.ts';
import { breathe } from '../train-phase.ts';
import { diverged } from '../monitoring/warnings.ts';
import { maskLoss, maskTargets } from './loss.ts';
import { createPreview } from './preview.ts';
import type { MaskRun } from './run.ts';
import { createMaskScorer } from './scores.ts';
import type { TileLabels } from './tiles.ts';

export interface MaskWatcher {
  endRequested(): boolean;
  /** After each whole epoch. The state holds all that a resume needs. */
  epochDone(train: Scores, validation: Scores, facts: { readonly learningRate: number; readonly seconds: number; readonly secondsLeft: number | null }): Promise<void>;
}

/** Tiles per forward pass in validation. */
const validationBatch = 8;

/** @param kept stages whose outputs were gathered: the others are fed with these */
export async function trainPhase(run: MaskRun, phase: TrainPhase, kept: number, state: RunState, watcher: MaskWatcher): Promise<void> {
  const network = kept > 0 ? behind(run.network, kept) : run.network;
  const trainer = await run.trainer.trainer!(trainerSpec(phase, { whole: run.network, network, loss: maskLoss(run.recipe.loss, network.output), clipNorm: run.recipe.clipNorm, precision: run.document.precision }));
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
      if (!Number.isFinite(validation.loss)) throw lost(state, phase);
      await takeEpoch(state, trainer, own);
      const left = phase.epochs - state.epochsInPhase;
      await watcher.epochDone(trained.scores, validation, { learningRate: trained.learningRate, seconds: (performance.now() - started) / 1000, secondsLeft: run.estimate.left({ step: left * trained.steps, validation: left }) });
    }
  } finally {
    await trainer.close();
  }
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

async function epoch(run: MaskRun, phase: TrainPhase, kept: number, state: RunState, trainer: Trainer, watcher: MaskWatcher): Promise<TrainedEpoch> {
  const { training, examples, recipe, classWeights, estimate, document: { seed, preprocessing: { size }, classes } } = run;
  const order = stream(seed, 'shuffle').permutation(state.epoch, training.length);
  const batches = evenBatches(Array.from(order, (i) => training[i]!), phase.batchSize);
  const maps = classes.length + 1, scorer = createMaskScorer(recipe.loss, maps);
  let learningRate = 0, done = 0, last = performance.now();
  const tell = throttled((at, total, secondsLeft) => run.tell({ type: 'progress', phase: state.phase, epoch: state.epoch + 1, done: at, total, what: 'Training', secondsLeft }));
  // Kept views take turns; without them every epoch has tiles of its own.
  for await (const { members, input, labels, weights } of read(run, kept, batches, kept > 0 ? state.epoch % recipe.views : state.epoch)) {
    const rates = ratesAt(phase, (state.epochsInPhase * batches.length + done) / (phase.epochs * batches.length));
    const { loss, logits } = await trainer.step({ input, ...maskTargets(recipe.loss, { labels, weights }, [members.length, ...size, maps], classWeights), seed: dropoutSeed(seed, trainer.steps) }, rates);
    learningRate = Math.max(...rates.learningRate);
    if (!Number.isFinite(loss)) throw lost(state, phase);
    scorer.add(logits, labels, members.map((member) => examples[member]!.picture), loss);
    done++;
    estimate.took('step', 1, (performance.now() - last) / 1000);
    last = performance.now();
    const left = (phase.epochs - state.epochsInPhase) * batches.length - done;
    tell(done, batches.length, estimate.left({ step: left, validation: state.epochsInPhase > 0 ? phase.epochs - state.epochsInPhase : 0 }));
    await breathe();
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
    await breathe();
  }
  estimate.took('validation', 1, (performance.now() - started) / 1000);
  run.tell({ type: 'preview', epoch: epochNumber, pictures: preview.pictures() });
  return scorer.scores();
}

/** Nothing after a loss that is no number can be used. */
function lost({ epoch }: RunState, phase: TrainPhase): StudioError {
  const { key, params, message } = diverged(epoch + 1, peakRate(phase), false);
  return new StudioError('refused', key, params, message);
}
