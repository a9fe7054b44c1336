// Steps of a phase for masks: its trainer where the state is, the tiles that feed it, and one update from tiles and their labels.
import type { Rates, Step, Trainer } from '../../engines/engine.ts';
import type { Network } from '../../nets/graph.ts';
import { behind, crossing, parameters } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import type { Tensor } from '../../tensor.ts';
import { evenBatches } from '../batches/batching.ts';
import type { RunState } from '../run-state.ts';
import { dropoutSeed, trainerSpec } from '../stepping.ts';
import type { TrainPhase } from '../stepping.ts';
import { maskLoss, maskTargets } from './loss.ts';
import type { MaskRun } from './run.ts';
import type { TileLabels } from './tiles.ts';

export interface FedBatch extends TileLabels {
  /** Indices of examples. */
  readonly members: readonly number[];
  /** Tiles, or the kept outputs of the frozen stages for them. */
  readonly input: Tensor;
}

export interface MaskStepper {
  readonly trainer: Trainer;
  /** Names of the parameters and statistics that it trains or holds. */
  readonly own: ReadonlySet<string>;
  step(batch: FedBatch, rates: Rates): Promise<Step>;
  close(): Promise<void>;
}

/** A trainer where the state is. Whoever opens it closes it. @param kept stages whose outputs were gathered: the others are fed with these */
export async function openMaskStepper(run: MaskRun, phase: TrainPhase, kept: number, state: Pick<RunState, 'values' | 'slots' | 'steps'>): Promise<MaskStepper> {
  const { network: whole, recipe: { loss, clipNorm }, classWeights, document: { seed, precision, classes, preprocessing: { size } } } = run;
  const network: Network = kept > 0 ? behind(whole, kept) : whole, maps = classes.length + 1;
  const trainer = await run.trainer.trainer!(trainerSpec(phase, { whole, network, loss: maskLoss(loss, network.output), clipNorm, precision }));
  const own = new Set(parameters(network).map(({ name }) => name));
  await trainer.load(new Map([...[...state.values].filter(([name]) => own.has(name)), ...state.slots]), { fresh: true, steps: state.steps });
  return {
    trainer, own,
    step: ({ members, input, labels, weights }, rates) => trainer.step({ input, ...maskTargets(loss, { labels, weights }, [members.length, ...size, maps], classWeights), seed: dropoutSeed(seed, trainer.steps) }, rates),
    close: () => trainer.close(),
  };
}

/** @param turn of the batches; null = tiles without a change */
export async function* readTiles({ tiles, frozen, network }: MaskRun, kept: number, batches: readonly (readonly number[])[], turn: number | null): AsyncGenerator<FedBatch> {
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

/** The batches of an epoch of the run, in the epoch's own order. */
export function epochBatches({ training, document: { seed } }: Pick<MaskRun, 'training' | 'document'>, { batchSize }: TrainPhase, epoch: number): number[][] {
  return evenBatches(Array.from(stream(seed, 'shuffle').permutation(epoch, training.length), (i) => training[i]!), batchSize);
}

/** Kept views take turns; without them every epoch has tiles of its own. */
export const turnOf = ({ recipe }: Pick<MaskRun, 'recipe'>, kept: number, epoch: number): number => (kept > 0 ? epoch % recipe.views : epoch);
