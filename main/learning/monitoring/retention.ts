// The retention meter: how well a network in training still does what its parent could.
import type { Engine, Trainer } from '../../engines/engine.ts';
import { parameters } from '../../nets/index.ts';
import type { Network } from '../../nets/graph.ts';
import { stream } from '../../random.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import { chunks } from '../batches/batching.ts';
import type { Inputs } from '../batches/inputs.ts';
import { shareRight } from '../losses.ts';
import type { LossKind } from '../losses.ts';
import type { Parent } from '../parent.ts';
import { PARENT_HEAD } from '../regularisers/parent-head.ts';
import type { Regulariser } from '../regularisers/regulariser.ts';
import type { Run } from '../run.ts';

/**
 * accuracy: share of right answers of the parent's classes on its own validation pictures. agreement: without such pictures, the share of the run's validation pictures
 * to which the pretrained classifier still gives the answer that it gave before.
 */
export type RetentionKind = 'accuracy' | 'agreement';

export interface Examination {
  readonly kind: RetentionKind;
  /** Indices of pictures. */
  readonly members: readonly number[];
}

export interface RetentionMeter extends Examination {
  /** Of the parent itself, 0..1. */
  readonly before: number;
  /** Of the network as the trainer has it now, 0..1. */
  measure(trainer: Trainer): Promise<number>;
}

/** More pictures tell little more, and each costs a forward pass per epoch. */
const most = 200;
/** Pictures per forward pass. */
const batch = 32;

const againstForgetting: ReadonlySet<Regulariser['kind']> = new Set(['l2-sp', 'ewc', 'lwf', 'rehearsal']);

/** What a run is examined with; null where there is nothing to ask, or nobody asked. Pretrained weights are examined where the strategy is one against forgetting. */
export function examinationOf(parent: Parent, validation: readonly number[], regularisers: readonly Regulariser[], seed: number): Examination | null {
  if (parent.head === null) return null;
  const pick = (members: readonly number[]) => (members.length <= most ? members : Array.from(stream(seed, 'retention').permutation(0, members.length).subarray(0, most), (i) => members[i]!));
  if (parent.examined.length > 0) return { kind: 'accuracy', members: pick(parent.examined) };
  return regularisers.some(({ kind }) => againstForgetting.has(kind)) ? { kind: 'agreement', members: pick(validation) } : null;
}

/** Asks the parent first. @param network of the phase, with the parent's head */
export async function openRetention(run: Run, { kind, members }: Examination, inputs: Inputs, network: Network, engine: Engine): Promise<RetentionMeter> {
  const { parent, start, document } = run;
  const parts = chunks(members, batch);
  const teacher = await engine.runner({ network, values: ownValues(network, start), outputs: [PARENT_HEAD], precision: document.precision });
  const first = await rowsOf(inputs, parts, async (input) => (await teacher.run(input)).get(PARENT_HEAD)!).finally(() => teacher.close());
  const tops = first.map((row) => [row.indexOf(Math.max(...row))]);
  const answers = kind === 'agreement' ? tops : members.map((member) => parent.targets.get(member) ?? []);
  const { mapped, kind: parentKind } = parent;
  return {
    kind, members, before: scoreOf(first, answers, parentKind),
    async measure(trainer) {
      if (kind === 'accuracy' && mapped) return scoreOf(await rowsOf(inputs, parts, (input) => trainer.predict(input)), members.map((member) => mapped.get(member) ?? []), run.kind);
      return scoreOf(await rowsOf(inputs, parts, (input) => trainer.predict(input, PARENT_HEAD)), answers, parentKind);
    },
  };
}

function ownValues(network: Network, values: TensorMap): TensorMap {
  return new Map(parameters(network).map(({ name }) => [name, values.get(name)!]));
}

async function rowsOf(inputs: Inputs, parts: readonly (readonly number[])[], logitsOf: (input: Tensor) => Promise<Tensor>): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const { input } of inputs.read(parts, null)) {
    const { shape: [n = 0, width = 0], data } = await logitsOf(input);
    for (let i = 0; i < n; i++) rows.push(Array.from(data.subarray(i * width, (i + 1) * width)));
  }
  return rows;
}

function scoreOf(rows: readonly (readonly number[])[], answers: readonly (readonly number[])[], kind: LossKind): number {
  return shareRight(kind, { shape: [rows.length, rows[0]?.length ?? 0], data: Float32Array.from(rows.flat()) }, answers);
}
