// From statistics of weighted pictures to measures with intervals: what classification and multilabel evaluation share.
import type { EvaluationRecord, Measure } from '#contract/records.ts';
import { bootstrapIntervals } from './bootstrap.ts';

/** The measures of an evaluation, without what only the studio knows about it. */
export type Measures = Omit<EvaluationRecord, 'id' | 'modelId' | 'partition' | 'createdAt' | 'selection' | 'look'>;

/** The point values; null where a value is not defined. */
export interface Statistics {
  readonly accuracy: number | null;
  readonly balancedAccuracy: number | null;
  readonly auc: number | null;
  readonly logLoss: number | null;
  readonly perClass: readonly ClassStatistics[];
}

export interface ClassStatistics {
  readonly sensitivity: number | null;
  readonly specificity: number | null;
  readonly precision: number | null;
  readonly f1: number | null;
  readonly auc: number | null;
}

const level = 0.95;
const overallNames = ['accuracy', 'balancedAccuracy', 'auc', 'logLoss'] as const;
const classNames = ['sensitivity', 'specificity', 'precision', 'f1', 'auc'] as const;

export interface Sampling {
  /** Subject of each picture; null = not known, the picture counts as a subject of its own. */
  readonly subjects: readonly (string | null)[];
  readonly seed: number;
  readonly replicates: number;
}

export type MeasuredStatistics = Pick<Measures, 'n' | 'subjects' | (typeof overallNames)[number] | 'perClass' | 'intervals'>;

/**
 * Adds a 95 % interval by bootstrap over subjects to each statistic.
 * @param statistics values when picture i counts weights[i] times
 */
export function withIntervals(statistics: (weights?: Float64Array) => Statistics, names: readonly string[], support: readonly number[], { subjects, seed, replicates }: Sampling): MeasuredStatistics {
  const { subjectOf, count, known } = indexed(subjects);
  const point = statistics();
  const values = flat(point);
  const intervals = bootstrapIntervals((weights) => flat(statistics(weights)), { subjectOf, subjects: count, seed, replicates, level });
  const measures = values.map((value, i): Measure => (value === null ? { value, low: null, high: null } : { value, ...intervals[i]! }));
  const overall = (name: (typeof overallNames)[number]) => measures[overallNames.indexOf(name)]!;
  return {
    n: subjects.length,
    subjects: count,
    accuracy: overall('accuracy'),
    balancedAccuracy: overall('balancedAccuracy'),
    auc: overall('auc'),
    logLoss: overall('logLoss'),
    perClass: names.map((name, c): Measures['perClass'][number] => {
      const at = overallNames.length + c * classNames.length;
      const [sensitivity, specificity, precision, f1, auc] = measures.slice(at, at + classNames.length) as [Measure, Measure, Measure, Measure, Measure]; // one per name in classNames
      return { name, support: support[c]!, sensitivity, specificity, precision, f1, auc };
    }),
    intervals: { method: 'bootstrap', unit: known ? 'subject' : 'picture', replicates, seed, level },
  };
}

function flat(statistics: Statistics): (number | null)[] {
  return [...overallNames.map((name) => statistics[name]), ...statistics.perClass.flatMap((one) => classNames.map((name) => one[name]))];
}

/** Numbers the subjects in order of first appearance. */
export function indexed(subjects: readonly (string | null)[]): { readonly subjectOf: Uint32Array; readonly count: number; readonly known: boolean } {
  const index = new Map<string, number>();
  let count = 0;
  const subjectOf = Uint32Array.from(subjects, (subject) => {
    if (subject === null) return count++;
    const found = index.get(subject) ?? count++;
    index.set(subject, found);
    return found;
  });
  return { subjectOf, count, known: index.size > 0 };
}
