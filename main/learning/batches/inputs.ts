// What a training phase feeds its network: pictures, or the kept outputs of the frozen stages before it.
import type { Network, NodeId } from '../../nets/graph.ts';
import { cut, cutPoints, shapes } from '../../nets/index.ts';
import { sizeOf } from '../../tensor.ts';
import type { Tensor } from '../../tensor.ts';
import type { BatchReader } from './batches.ts';
import type { FrozenOutputs } from '../features/features.ts';
import type { Recipe } from '../strategies/index.ts';

export interface InputBatch {
  readonly members: readonly number[];
  readonly input: Tensor;
}

export interface Inputs {
  /** The part of the network that is fed: the whole, or what comes after the cut. */
  readonly network: Network;
  /** @param epoch of the run, from 0, whose random changes are wanted; null = the pictures as they are */
  read(batches: readonly (readonly number[])[], epoch: number | null): AsyncGenerator<InputBatch>;
}

/** @param augmented false where no picture is ever changed */
export function pictureInputs(network: Network, reader: BatchReader, augmented: boolean): Inputs {
  return {
    network,
    async *read(batches, epoch) {
      for await (const { members, input, errors } of reader.read(batches.map((members) => ({ members, turn: augmented ? epoch : null })))) {
        for (const error of errors.values()) throw error;
        yield { members, input };
      }
    },
  };
}

/** @param views how many changed views were gathered beside the plain one: epochs take turns */
export function keptInputs(network: Network, at: NodeId, frozen: FrozenOutputs, views: number): Inputs {
  const { suffix } = cut(network, at);
  return {
    network: suffix,
    async *read(batches, epoch) {
      for (const members of batches) yield { members, input: { shape: [members.length, ...suffix.input], data: frozen.rows(at, members, viewOf(epoch, views)) } };
    },
  };
}

/** View of an epoch: the plain picture first, then each changed view in turn. */
export function viewOf(epoch: number | null, views: number): number | null {
  const turn = epoch === null ? 0 : epoch % (views + 1);
  return turn === 0 ? null : turn - 1;
}

/** Turns of all views of a training picture. */
export const viewTurns = (views: number): (number | null)[] => Array.from({ length: views + 1 }, (_, epoch) => viewOf(epoch, views));

/** Kept outputs of frozen stages may take this much memory; more, and the pictures go through the whole network in every epoch. */
const keptBudget = 2 ** 30;

/**
 * The node whose outputs a phase is fed with instead of pictures, or null where the pictures go through the whole network: nothing is frozen,
 * the network cannot be cut there, an earlier phase moves what is frozen now, every epoch wants new changes, or the outputs do not fit into memory.
 * A fitted head is always fed with the pooled features.
 */
export function keptNode(network: Network, { phases, augmentation, views, regularisers }: Pick<Recipe, 'phases' | 'augmentation' | 'views' | 'regularisers'>, index: number, pictures: { readonly training: number; readonly validation: number }): NodeId | null {
  const phase = phases[index]!;
  const frozen = phase.kind === 'fit' ? network.stages.length - 1 : phase.rates.findIndex((rate) => rate !== null);
  const moved = phases.slice(0, index).some((earlier) => earlier.kind === 'train' && earlier.rates.slice(0, frozen).some((rate) => rate !== null));
  if (phase.kind === 'fit') {
    if (moved) throw new Error(`${phase.name} would fit a head on a backbone that has moved`);
    return network.features;
  }
  const end = frozen < 1 ? undefined : network.stages[frozen - 1]?.end;
  // Mixup mixes pictures, not what becomes of them.
  const mixes = regularisers.some(({ kind }) => kind === 'mixup');
  if (end === undefined || moved || mixes || !cutPoints(network).includes(end) || (augmentation !== 'none' && views === 0)) return null;
  const bytes = 4 * sizeOf(shapes(network).get(end) ?? []) * (pictures.training * (views + 1) + pictures.validation);
  return bytes <= keptBudget ? end : null;
}
