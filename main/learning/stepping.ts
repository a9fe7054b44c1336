// Steps of a phase: the trainer that its plan means, its rates as the phase goes on, and one step from pictures and their classes.
import type { Phase } from '#contract/plan.ts';
import { scheduleFactor } from '#contract/schedule.ts';
import type { Rates, Step, Trainer, TrainerSpec } from '../engines/engine.ts';
import type { Network } from '../nets/graph.ts';
import { parameters, stageIndex, stageNodes } from '../nets/index.ts';
import { stream } from '../random.ts';
import { sizeOf } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { evenBatches } from './batches/batching.ts';
import type { InputBatch, Inputs } from './batches/inputs.ts';
import { regularise } from './regularisers/phase.ts';
import { lossOf, TARGET, targetOptions, targetsOf } from './losses.ts';
import { optimizers } from './optimizers.ts';
import type { Run } from './run.ts';
import type { RunState } from './run-state.ts';

export type TrainPhase = Extract<Phase, { kind: 'train' }>;

export interface Stepper {
  readonly trainer: Trainer;
  /** Of the phase, with the parent's head where that is carried along. */
  readonly network: Network;
  /** One update, with the classes of the pictures. */
  step(batch: InputBatch, rates: Rates): Promise<Step>;
  close(): Promise<void>;
}

/** A trainer where the state is. Whoever opens it closes it. */
export async function openStepper(run: Run, phase: TrainPhase, inputs: Inputs, state: Pick<RunState, 'values' | 'slots' | 'steps'>): Promise<Stepper> {
  const { kind, logits, recipe, labels, training, document: { seed } } = run;
  const options = targetOptions(kind, logits, recipe, training.map((picture) => labels[picture]!));
  const engine = run.trainer!;
  const regularised = await regularise(run, inputs, trainerSpec(phase, { whole: run.network, network: inputs.network, loss: lossOf(kind, inputs.network.output), clipNorm: recipe.clipNorm, precision: run.document.precision }), engine, state.values, evenBatches(run.training, phase.batchSize)[0]?.length ?? 1);
  const { network } = regularised.spec;
  const trainer = await engine.trainer!(regularised.spec);
  const own = new Set(parameters(network).map(({ name }) => name));
  await trainer.load(new Map([...[...state.values].filter(([name]) => own.has(name)), ...state.slots]), { fresh: true, steps: state.steps });
  return {
    trainer, network,
    async step({ members, input }, rates) {
      const { target, weight } = targetsOf(members.map((picture) => labels[picture]!), options);
      const batch = { input, targets: new Map([[TARGET, target]]), ...(weight && { weight }), seed: dropoutSeed(seed, trainer.steps) };
      const step = await trainer.step(await regularised.prepare(batch, { members, step: trainer.steps }), regularised.rates(rates));
      return { ...step, logits: firstRows(step.logits, members.length) };
    },
    async close() {
      await regularised.close();
      await trainer.close();
    },
  };
}

/** Without the pictures that were joined to a batch. */
function firstRows({ shape: [, ...rest], data }: Tensor, count: number): Tensor {
  return { shape: [count, ...rest], data: data.subarray(0, count * sizeOf(rest)) };
}

/** Two groups per stage, so that decay can spare vectors (biases, norms). */
const groupOf = (stage: number, decayed: boolean) => 2 * stage + (decayed ? 0 : 1);

export interface Trained {
  /** All of it: rates stand by its stages. */
  readonly whole: Network;
  /** What is run in the phase: the whole, or what lies behind kept outputs. */
  readonly network: Network;
  readonly loss: TrainerSpec['loss'];
  readonly clipNorm: number | null;
  readonly precision: TrainerSpec['precision'];
}

/** What a phase of a plan means for an engine. */
export function trainerSpec({ rates, optimizer, batchNorm }: TrainPhase, { whole, network, loss, clipNorm, precision }: Trained): TrainerSpec {
  const stages = stageIndex(whole);
  const trained = (node: string) => rates[stages.get(node)!] !== null;
  return {
    network, loss, precision,
    groups: new Map(parameters(network).flatMap(({ name, node, role, shape }) => (role === 'weight' && trained(node) ? [[name, groupOf(stages.get(node)!, shape.length > 1)] as const] : []))),
    batchStatistics: new Set(batchNorm === 'frozen' ? [] : stageNodes(whole).flatMap(({ nodes }) => nodes.filter(({ op, id }) => op === 'norm' && trained(id)).map(({ id }) => id))),
    optimizer: optimizers[optimizer],
    ...(clipNorm !== null && { clipNorm }),
  };
}

/** @param progress share of the phase that is done */
export function ratesAt(phase: TrainPhase, progress: number): Rates {
  return scaledRates(phase, scheduleFactor(phase.schedule, progress));
}

/** The peak rates of all groups times a factor. */
export function scaledRates({ rates, weightDecay }: TrainPhase, factor: number): Rates {
  return {
    learningRate: rates.flatMap((rate) => [(rate ?? 0) * factor, (rate ?? 0) * factor]),
    weightDecay: rates.flatMap((rate) => [rate === null ? 0 : weightDecay, 0]),
  };
}

export const peakRate = ({ rates }: TrainPhase): number => Math.max(...rates.map((rate) => rate ?? 0));

/** Norms of the gradients of each stage from those of its groups. */
export function stageNorms(groups: readonly number[], stages: number): number[] {
  return Array.from({ length: stages }, (_, stage) => Math.hypot(groups[groupOf(stage, true)] ?? 0, groups[groupOf(stage, false)] ?? 0));
}

/** Seed of one step's dropout: the same in a resumed run. */
export function dropoutSeed(seed: number, step: number): [number, number] {
  const random = stream(seed, 'dropout');
  return [random.integer(2 * step, 2 ** 32), random.integer(2 * step + 1, 2 ** 32)];
}
