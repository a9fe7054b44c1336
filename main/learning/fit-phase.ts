// A phase that fits a head at once on the features of the frozen backbone.
import type { Phase } from '#contract/plan.ts';
import { writeSafetensors } from '../weights/index.ts';
import type { Scores } from './checkpoint.ts';
import { fitHead } from './fit.ts';
import { headOf, headValues } from './heads/head-layers.ts';
import { viewTurns } from './batches/inputs.ts';
import { applyHead } from './heads/linear.ts';
import type { LossKind } from './losses.ts';
import { chooseNeighbours, nearestRows, neighbourCounts, neighbourhood, vote } from './heads/nearest.ts';
import type { Run } from './run.ts';
import type { RunState } from './run-state.ts';
import { createScorer } from './scoring.ts';

export type FitPhase = Extract<Phase, { kind: 'fit' }>;

/** Fits the head and sets it in the state. @returns scores on training (plain views) and validation */
export async function fitPhase(run: Run, phase: FitPhase, state: RunState): Promise<{ readonly train: Scores; readonly validation: Scores }> {
  return phase.head === 'logistic' ? fitLinear(run, state) : collectNeighbours(run, state);
}

async function fitLinear({ network, frozen, training, validation, labels, groups, recipe, kind, logits, document: { seed } }: Run, state: RunState) {
  const turns = viewTurns(recipe.views);
  const columns = frozen.rows(network.features, training.slice(0, 1), null).length;
  const features = new Float32Array(turns.length * training.length * columns);
  turns.forEach((turn, i) => features.set(frozen.rows(network.features, training, turn), i * training.length * columns));
  const rows = turns.flatMap(() => training);
  const { head } = fitHead({ columns, features, labels: rows.map((picture) => labels[picture]!), groups: rows.map((picture) => groups[picture]!) }, { kind, classes: logits, recipe, seed });
  state.values = new Map([...state.values, ...headValues(head, network)]);
  // As it will be used: rounded to float32.
  const rounded = headOf(network, state.values);
  const scoresOf = (members: readonly number[]) => {
    const scorer = createScorer(kind, logits);
    scorer.add(applyHead(rounded, frozen.rows(network.features, members, null)), members.map((picture) => labels[picture]!));
    return scorer.scores();
  };
  return { train: scoresOf(training), validation: scoresOf(validation) };
}

async function collectNeighbours({ network, frozen, training, validation, labels, groups, recipe, kind, io, document: { classes } }: Run, state: RunState) {
  const features = frozen.rows(network.features, training, null);
  const columns = features.length / training.length;
  const exclusive = kind === 'cross-entropy';
  const ofRows = training.map((picture) => groups[picture]!);
  const space = neighbourhood(features, columns, training.map((picture) => labels[picture]!), classes.length);
  const most = recipe.neighbours ?? Math.max(...neighbourCounts);
  // A training picture is its own nearest neighbour, so it is judged by those of other groups.
  const ofTraining = nearestRows(space, features, most, { ofRows, ofQueries: ofRows });
  const ofValidation = nearestRows(space, frozen.rows(network.features, validation, null), most);
  const neighbours = recipe.neighbours ?? chooseNeighbours(space, ofTraining, exclusive);
  state.head = { kind: 'knn', blob: await io.blobs.put(neighbourFile(space.rows, columns, space.labels, classes.length)), neighbours };
  const scoresOf = (members: readonly number[], nearest: readonly (readonly number[])[]) => {
    const logits = nearest.flatMap((rows) => vote(space, rows, neighbours, exclusive).map((p) => logitOf(kind, p)));
    const scorer = createScorer(kind, classes.length);
    scorer.add({ shape: [members.length, classes.length], data: Float32Array.from(logits) }, members.map((picture) => labels[picture]!));
    return scorer.scores();
  };
  return { train: scoresOf(training, ofTraining), validation: scoresOf(validation, ofValidation) };
}

/** A logit that gives this probability. */
function logitOf(kind: LossKind, p: number): number {
  return kind === 'cross-entropy' ? Math.log(p) : Math.log(p / (1 - p));
}

/** What a nearest-neighbour model keeps: unit features [n, columns] and its classes as 0 or 1, [n, classes]. */
function neighbourFile(rows: Float32Array, columns: number, labels: readonly (readonly number[])[], classes: number): Uint8Array {
  const marks = new Float32Array(labels.length * classes);
  labels.forEach((row, i) => row.forEach((c) => { marks[i * classes + c] = 1; }));
  return writeSafetensors(new Map([['features', { shape: [labels.length, columns], data: rows }], ['classes', { shape: [labels.length, classes], data: marks }]]), { dtype: 'float32' });
}
