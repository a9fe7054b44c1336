// Where a run is: how it begins or is resumed, what an epoch and a phase change in it, and what is kept of it. The same for classes and for masks.
import type { EngineRecord } from '#contract/engines.ts';
import type { JobHead, TrainDocument } from '#contract/jobs.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import type { Trainer } from '../engines/engine.ts';
import type { JobIo } from '../jobs/io.ts';
import type { TensorMap } from '../tensor.ts';
import { readCheckpoint, requireSameEngine, writeCheckpoint } from './checkpoint.ts';
import type { Position, Scores } from './checkpoint.ts';
import { differing } from './model.ts';

/** The moving part of a run. */
export interface RunState extends Position {
  /** All parameters and statistics. */
  values: TensorMap;
  /** Of the trainer, after the last epoch; empty between phases. */
  slots: TensorMap;
  bestValues: TensorMap;
}

interface Kept {
  readonly document: TrainDocument;
  readonly io: JobIo;
  /** Parameters and statistics before the first step. */
  readonly start: TensorMap;
}

/** The state of a new run, or that of the checkpoint that its document names. @throws StudioError when the checkpoint is damaged, of another run or of another engine */
export async function startState({ document, io, start, record }: Kept & { readonly record: EngineRecord }, head: JobHead): Promise<RunState> {
  if (document.resume === null) {
    return { phase: 0, epochsInPhase: 0, epoch: 0, sinceBetter: 0, steps: 0, best: null, head, seconds: 0, values: start, slots: new Map(), bestValues: start };
  }
  if (document.resumeEngine) requireSameEngine(document.resumeEngine, record);
  const { values, bestValues, ...rest } = readCheckpoint(await io.blobs.get(document.resume), document);
  return { ...rest, values: new Map([...start, ...values]), bestValues: new Map([...start, ...bestValues]) };
}

/** Takes over what a whole epoch of steps has made. @param own names of the parameters and statistics; all else that the trainer gives are slots */
export async function takeEpoch(state: RunState, trainer: Trainer, own: ReadonlySet<string>): Promise<void> {
  const saved = [...await trainer.save({ slots: true })];
  state.values = new Map([...state.values, ...saved.filter(([name]) => own.has(name))]);
  state.slots = new Map(saved.filter(([name]) => !own.has(name)));
  state.steps = trainer.steps;
  state.epochsInPhase += 1;
  state.epoch += 1;
}

/** @returns whether the epoch is the best so far, which is then kept */
export function noteBest(state: RunState, validation: Scores): boolean {
  const best = state.best === null || validation.loss < state.best.validation.loss;
  if (best) {
    state.best = { epoch: state.epoch, validation };
    state.bestValues = state.values;
  }
  state.sinceBetter = best ? 0 : state.sinceBetter + 1;
  return best;
}

/** The next phase begins from the best so far, with a fresh optimizer. */
export function nextPhase(state: RunState): void {
  Object.assign(state, { phase: state.phase + 1, epochsInPhase: 0, sinceBetter: 0, steps: 0, slots: new Map(), values: state.bestValues } satisfies Partial<RunState>);
}

/** @param seconds of work so far */
export async function keepCheckpoint({ document, io, start, tell }: Kept & { tell(body: RunEventBody): void }, state: RunState, seconds: number): Promise<void> {
  const bytes = writeCheckpoint({ ...state, seconds, values: differing(start, state.values), bestValues: differing(start, state.bestValues) }, document);
  tell({ type: 'checkpoint', epoch: state.epoch, blob: await io.blobs.put(bytes) });
}
