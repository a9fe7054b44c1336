// Regularisers by kind, and all of a recipe at work in a phase. A new one is a file beside this, a line in `regulariser.ts` and a line here.
import type { Batch } from '../../engines/engine.ts';
import type { LossTerm } from '../../engines/loss-terms.ts';
import { bss } from './bss.ts';
import { coTuning } from './co-tuning.ts';
import { delta } from './delta.ts';
import { ewc } from './ewc.ts';
import { l2Sp } from './l2-sp.ts';
import { lwf } from './lwf.ts';
import { mixup } from './mixup.ts';
import { rehearsal } from './rehearsal.ts';
import type { ActiveRegulariser, Opening, PhaseContext, Regulariser, StepContext } from './regulariser.ts';

const kinds: { readonly [K in Regulariser['kind']]: Opening<K> } = { 'l2-sp': l2Sp, ewc, lwf, delta, bss, 'co-tuning': coTuning, mixup, rehearsal };

export interface ActiveRegularisers {
  /** Beside the loss of the classes. */
  readonly terms: readonly LossTerm[];
  readonly trainsParentHead: boolean;
  prepare(batch: Batch, context: StepContext): Promise<Batch>;
  close(): Promise<void>;
}

/** Opens the regularisers of a recipe in their order: a batch goes through them one after the other. */
export async function openRegularisers(regularisers: readonly Regulariser[], context: PhaseContext): Promise<ActiveRegularisers> {
  const active: ActiveRegulariser[] = [];
  const close = async () => {
    for (const one of active.splice(0)) await one.close?.();
  };
  try {
    for (const one of regularisers) active.push(await (kinds[one.kind] as Opening<Regulariser['kind']>)(one, context)); // the table has the opening of each kind under its kind
  } catch (error) {
    await close();
    throw error;
  }
  return {
    terms: active.flatMap(({ terms }) => terms),
    trainsParentHead: active.some(({ trainsParentHead }) => trainsParentHead),
    async prepare(batch, step) {
      let prepared = batch;
      for (const one of active) prepared = await one.prepare?.(prepared, step) ?? prepared;
      return prepared;
    },
    close,
  };
}

/** Kinds that need to know the old task: what its head says, or its pictures. */
const needs = { 'ewc': 'head', 'lwf': 'head', 'co-tuning': 'head', 'rehearsal': 'pictures' } as const;

/** What of the old task a recipe cannot do without; null = nothing. */
export function neededOf(regularisers: readonly Regulariser[]): 'head' | 'pictures' | null {
  const wanted = regularisers.map(({ kind }) => (kind in needs ? needs[kind as keyof typeof needs] : null)); // `kind` was just found among the keys
  return wanted.includes('pictures') ? 'pictures' : wanted.includes('head') ? 'head' : null;
}

export { isParentHead, PARENT_HEAD, parentHeadValues, withParentHead } from './parent-head.ts';
export type { Regulariser } from './regulariser.ts';
