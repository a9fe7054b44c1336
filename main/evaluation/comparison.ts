// From what each arm said of held-out pictures to its figures, with intervals and differences from the same draws of subjects.
import type { ArmRecord, ArmResult, UnitRecord } from '#contract/comparison.ts';
import type { Measure } from '#contract/records.ts';
import type { z } from 'zod';
import { bootstrapIntervals } from './bootstrap.ts';
import type { BootstrapOptions } from './bootstrap.ts';
import { accuracy, balancedAccuracy, confusionMatrix, meanOfDefined } from './confusion.ts';
import { argmax } from './evaluate.ts';
import { isBetter, numbered, pairedDifference } from './paired.ts';
import { logLosses, weightedMean } from './probability-scores.ts';
import { rankedAuc } from './roc.ts';

/** What a comparison stands on, the same for all arms. */
export interface ComparisonPlan {
  readonly arms: readonly ArmRecord[];
  readonly classes: readonly string[];
  /** Pictures with the index of their class, and the fold in which each is held out. */
  readonly images: readonly { readonly id: string; readonly group: string; readonly reference: number; readonly fold: number }[];
  readonly folds: number;
  readonly seeds: readonly number[];
  /** Of the bootstrap. */
  readonly seed: number;
}

/** One arm with how right it was on each picture: over several seeds the share of them. */
export interface MeasuredArm {
  readonly result: ArmResult;
  /** Null without figures. */
  readonly right: readonly number[] | null;
}

const replicates = 2000;
const none = { value: null, low: null, high: null };

/** The bootstrap of a plan: every figure and difference sees the same subjects. */
export function draws({ images, seed }: ComparisonPlan): BootstrapOptions {
  return { ...numbered(images.map(({ group }) => group)), replicates, seed, level: 0.95 };
}

/** Figures of all arms in the order of the plan; the grid and the controls alike. */
export function measureArms(plan: ComparisonPlan, units: readonly UnitRecord[]): readonly MeasuredArm[] {
  const measured = plan.arms.map((arm) => measureArm(plan, arm, units.filter((unit) => unit.arm === arm.id)));
  const best = bestOf(measured);
  if (!best) return measured;
  return measured.map(({ result, right }): MeasuredArm => {
    if (right === null || result === best.result) return { result: { ...result, withinNoise: right !== null }, right };
    const behind = pairedDifference(best.right!, right, draws(plan));
    return { right, result: { ...result, toBest: turned(behind), withinNoise: !isBetter(behind) } };
  });
}

/** The arm with the highest accuracy; of equal ones the cheapest. */
export function bestOf(measured: readonly MeasuredArm[]): MeasuredArm | null {
  const done = measured.filter(({ right }) => right !== null);
  return done.reduce<MeasuredArm | null>((best, one) => {
    const gain = best === null ? 1 : one.result.accuracy.value! - best.result.accuracy.value!;
    return gain > 0 || (gain === 0 && one.result.seconds < best!.result.seconds) ? one : best;
  }, null);
}

function measureArm(plan: ComparisonPlan, arm: ArmRecord, units: readonly UnitRecord[]): MeasuredArm {
  const failed = units.find(({ error }) => error !== null);
  const result = {
    arm, seconds: units.reduce((sum, { seconds }) => sum + seconds, 0), cut: units.filter(({ cut }) => cut).length,
    accuracy: none, balancedAccuracy: none, auc: none, logLoss: none, toBest: null, withinNoise: false, problem: failed?.error?.message ?? null,
  };
  if (failed) return { result: { ...result, status: 'failed' }, right: null };
  const rows = plan.seeds.map((seed) => rowsOf(plan, units.filter((unit) => unit.seed === seed)));
  if (!rows.every((own) => own !== null)) return { result: { ...result, status: units.length > 0 ? 'partial' : 'waiting' }, right: null };
  const { right, measures } = figures(plan, rows);
  return { result: { ...result, ...measures, status: 'done' }, right };
}

/** Probabilities of each picture with one seed, in the order of the plan; null while some are missing. */
function rowsOf({ images }: ComparisonPlan, units: readonly UnitRecord[]): readonly (readonly number[])[] | null {
  const said = new Map(units.flatMap(({ predictions }) => predictions.map(({ image, probabilities }) => [image, probabilities] as const)));
  const rows = images.flatMap(({ id }) => (said.has(id) ? [said.get(id)!] : []));
  return rows.length === images.length ? rows : null;
}

type Figures = Readonly<Record<'accuracy' | 'balancedAccuracy' | 'auc' | 'logLoss', z.infer<typeof Measure>>>;

function figures(plan: ComparisonPlan, seeds: readonly (readonly (readonly number[])[])[]): { readonly right: number[]; readonly measures: Figures } {
  const { images, classes } = plan;
  const references = images.map(({ reference }) => reference);
  const perSeed = seeds.map((rows) => ({
    predicted: rows.map(argmax), losses: logLosses(rows, references),
    areas: classes.map((_, c) => rankedAuc(rows.map((row) => row[c]!), references.map((reference) => reference === c))),
  }));
  const statistics = (weights?: Float64Array): (number | null)[] => {
    const each = perSeed.map(({ predicted, losses, areas }) => {
      const confusion = confusionMatrix(references, predicted, classes.length, weights);
      return [accuracy(confusion), balancedAccuracy(confusion), meanOfDefined(areas.map((area) => area(weights))), weightedMean(losses, weights)];
    });
    return [0, 1, 2, 3].map((k) => meanOfDefined(each.map((one) => one[k] ?? null)));
  };
  const values = statistics(), intervals = bootstrapIntervals(statistics, draws(plan));
  const measure = (k: number) => (values[k] == null ? none : { value: values[k], ...intervals[k]! });
  return {
    right: references.map((reference, i) => perSeed.reduce((sum, { predicted }) => sum + (predicted[i] === reference ? 1 / perSeed.length : 0), 0)),
    measures: { accuracy: measure(0), balancedAccuracy: measure(1), auc: measure(2), logLoss: measure(3) },
  };
}

function turned({ value, low, high }: { readonly value: number; readonly low: number | null; readonly high: number | null }): NonNullable<ArmResult['toBest']> {
  return { value: -value, low: high === null ? null : -high, high: low === null ? null : -low };
}
