// A phase with all that its recipe asks for beside the loss of the classes: more terms, a second head, other batches.
import type { Batch, Engine, Rates, TrainerSpec } from '../../engines/engine.ts';
import { headParameters } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import type { Inputs } from '../batches/inputs.ts';
import type { Run } from '../run.ts';
import { openRegularisers } from './index.ts';
import { PARENT_HEAD, withParentHead } from './parent-head.ts';
import type { StepContext } from './regulariser.ts';

export interface RegularisedPhase {
  readonly spec: TrainerSpec;
  /** A batch as the regularisers want it; the new pictures stay its first. */
  prepare(batch: Batch, context: StepContext): Promise<Batch>;
  /** The phase's rates, and those of the parent's head. */
  rates(rates: Rates): Rates;
  close(): Promise<void>;
}

/** @param spec of the plain phase; @param values where it begins; @param batchSize pictures of a batch, before a regulariser adds any */
export async function regularise(run: Run, inputs: Inputs, spec: TrainerSpec, engine: Engine, values: TensorMap, batchSize: number): Promise<RegularisedPhase> {
  const { recipe, parent, start, carriesParentHead } = run;
  const network = carriesParentHead && parent.head ? withParentHead(spec.network, parent.head) : spec.network;
  const newHead = headParameters(run.network);
  const trained = [...spec.groups.keys()];
  const active = await openRegularisers(recipe.regularisers, {
    run, engine, values, start, batchSize, inputs: { ...inputs, network },
    backbone: new Set(trained.filter((name) => !newHead.has(name))), head: new Set(trained.filter((name) => newHead.has(name))),
  });
  // Groups of its own, so that the norms of the stages stay theirs; it moves as fast as the stage before it.
  const before = Math.max(-1, ...trained.flatMap((name) => (newHead.has(name) ? [] : [spec.groups.get(name)!])));
  const moves = active.trainsParentHead && before >= 0, next = 2 * run.network.stages.length;
  return {
    spec: {
      ...spec, network, loss: [...spec.loss, ...active.terms], ...(network !== spec.network && { alsoPredicts: [PARENT_HEAD] }),
      groups: new Map([...spec.groups, ...(moves ? [[`${PARENT_HEAD}.weight`, next], [`${PARENT_HEAD}.bias`, next + 1]] as const : [])]),
    },
    prepare: (batch, context) => active.prepare(batch, context),
    rates({ learningRate, weightDecay }) {
      if (!moves) return { learningRate, weightDecay };
      const rate = learningRate[before] ?? 0;
      return { learningRate: [...learningRate, rate, rate], weightDecay: [...weightDecay, 0, 0] };
    },
    close: () => active.close(),
  };
}
