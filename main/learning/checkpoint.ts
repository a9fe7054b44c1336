// Everything that an exact resume needs, as one blob.
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import { EngineRecord } from '#contract/engines.ts';
import { JobHead } from '#contract/jobs.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import type { TensorMap } from '../tensor.ts';
import { readSafetensors, writeSafetensors } from '../weights/index.ts';

const Scores = z.object({ loss: z.number(), accuracy: z.number(), dice: z.number().optional() });
export type Scores = z.infer<typeof Scores>;

/** Where a run is. Random numbers need no place: they are addressed by seed, epoch and step. */
const Position = z.object({
  /** Index of the phase in work. */
  phase: z.number().int(),
  epochsInPhase: z.number().int(),
  /** Epochs done in the whole run. */
  epoch: z.number().int(),
  /** Epochs since the validation loss was last lower. */
  sinceBetter: z.number().int(),
  /** Updates that the optimizer's slots have seen. */
  steps: z.number().int(),
  best: z.object({ epoch: z.number().int(), validation: Scores }).nullable(),
  head: JobHead,
  /** Of work, over all processes that had a part in it. */
  seconds: z.number(),
});
export type Position = z.infer<typeof Position>;

export interface Checkpoint extends Position {
  /** Parameters and statistics that differ from the start. */
  readonly values: TensorMap;
  /** Optimizer slots, `<parameter>/<slot>`. */
  readonly slots: TensorMap;
  /** What differs from the start in the best epoch. */
  readonly bestValues: TensorMap;
}

/** What must agree for a checkpoint to belong to a run. */
const Origin = z.object({ runId: z.string(), dataset: z.string(), backbone: z.string(), base: z.string().nullable(), parent: z.string().nullable().default(null), strategy: z.string(), values: z.record(z.string(), z.unknown()), seed: z.number() });

const Metadata = z.object({ format: z.literal('fovea checkpoint 1'), origin: Origin, position: Position });

const originOf = ({ runId, dataset, backbone, weights, strategy, values, seed }: TrainDocument): z.infer<typeof Origin> => ({ runId, dataset, backbone, base: weights.baseSha256, parent: weights.delta, strategy, values, seed });

const groups = ['values', 'slots', 'bestValues'] as const;

/** @returns a safetensors file with a JSON document in its metadata */
export function writeCheckpoint(checkpoint: Checkpoint, document: TrainDocument): Uint8Array {
  const tensors = new Map(groups.flatMap((group) => [...checkpoint[group]].map(([name, tensor]) => [`${group}/${name}`, tensor] as const)));
  const { values: _values, slots: _slots, bestValues: _best, ...position } = checkpoint;
  const metadata: z.infer<typeof Metadata> = { format: 'fovea checkpoint 1', origin: originOf(document), position };
  return writeSafetensors(tensors, { dtype: 'float32', metadata: { checkpoint: JSON.stringify(metadata) } });
}

/** Throws `unreadable` for what is no checkpoint, `conflict` for one of another run. */
export function readCheckpoint(bytes: Uint8Array, document: TrainDocument): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const read = Metadata.safeParse(parsed(metadata.get('checkpoint') ?? ''));
  if (!read.success) throw new StudioError('unreadable', 'checkpoint.unreadable', {}, 'The checkpoint of this run cannot be read by this version of Fovea. Start the run again.', { cause: read.error });
  const { origin, position } = read.data;
  const wanted = originOf(document);
  const different = (Object.keys(wanted) as (keyof typeof wanted)[]).filter((key) => JSON.stringify(origin[key]) !== JSON.stringify(wanted[key])); // keys of the object itself
  if (different.length > 0) throw new StudioError('conflict', 'checkpoint.other-run', { different: different.join(', ') }, `The checkpoint belongs to another run (${different.join(', ')} differ). Start the run again.`);
  const of = (group: (typeof groups)[number]): TensorMap => new Map([...tensors].flatMap(([name, tensor]) => (name.startsWith(`${group}/`) ? [[name.slice(group.length + 1), tensor]] : [])));
  return { ...position, values: of('values'), slots: of('slots'), bestValues: of('bestValues') };
}

/** Throws `engine` when a run would continue on another engine than it began on: the numbers would no longer be its own. */
export function requireSameEngine(before: EngineRecord, now: EngineRecord): void {
  const facts = ['id', 'version', 'pack', 'device', 'precision', 'threads', 'processor'] as const;
  const different = facts.filter((fact) => before[fact] !== now[fact]).map((fact) => `${fact} ${before[fact] ?? 'none'} then, ${now[fact] ?? 'none'} now`);
  if (different.length === 0) return;
  throw new StudioError('engine', 'checkpoint.other-engine', { different: different.join('; ') }, `This run began on another engine (${different.join('; ')}), so it cannot be continued exactly. Continue it where it began, or start a new run.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
