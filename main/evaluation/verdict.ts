// What follows from a comparison: whether transfer was worth anything, which arm is best, and the cheapest that cannot be told from it.
import { SCRATCH_MULTIPLE } from '#contract/comparison.ts';
import type { ArmResult, Control, VerdictRecord } from '#contract/comparison.ts';
import { bestOf, draws } from './comparison.ts';
import type { ComparisonPlan, MeasuredArm } from './comparison.ts';
import { isBetter, pairedDifference } from './paired.ts';

/** Null before an arm of the grid and another arm have figures. */
export function verdictOf(plan: ComparisonPlan, measured: readonly MeasuredArm[]): VerdictRecord | null {
  const done = measured.filter(({ right }) => right !== null);
  const best = bestOf(done);
  const transfer = bestOf(done.filter(({ result }) => result.arm.control === null));
  if (!best || !transfer || done.length < 2) return null;
  const cheapest = done.filter(({ result }) => result.withinNoise).reduce((a, b) => (b.result.seconds < a.result.seconds ? b : a));
  const over = done.flatMap(({ result: { arm: { control } }, right }) => {
    if (control === null) return [];
    const difference = pairedDifference(transfer.right!, right!, draws(plan));
    return [{ control, difference, better: isBetter(difference) }];
  });
  const negative = over.filter(({ better }) => !better).map(({ control }) => control);
  const verdict = { best: best.result.arm.id, cheapest: cheapest.result.arm.id, transfer: { arm: transfer.result.arm.id, over }, negative };
  return { ...verdict, sentences: sentences(verdict, measured.map(({ result }) => result), plan) };
}

const controls: Readonly<Record<Control, string>> = {
  'majority': 'always saying the commonest class', 'histogram': 'a logistic regression on colour histograms',
  'random-features': 'a linear head on a network with random weights', 'from-scratch': 'a small network trained from scratch',
};

/** The warning first, then what to do, then what to keep in mind. */
function sentences({ best, cheapest, transfer, negative }: Omit<VerdictRecord, 'sentences'>, arms: readonly ArmResult[], { folds, seeds }: ComparisonPlan): string[] {
  const of = (id: string) => arms.find(({ arm }) => arm.id === id)!;
  const found: string[] = [];
  for (const { control, difference } of transfer.over.filter(({ control }) => negative.includes(control))) {
    const worse = difference.high !== null && difference.high < 0;
    found.push(`${worse ? 'Negative transfer' : 'Transfer is not better beyond doubt'}: ${transfer.arm} gets ${percent(of(transfer.arm).accuracy.value)}, ${controls[control]} ${percent(of(control).accuracy.value)} (difference ${points(difference.value)}, 95 % interval ${range(difference)}).`);
  }
  const top = of(best), cheap = of(cheapest);
  found.push(best === cheapest
    ? `Use ${best}: it has the highest accuracy, ${percent(top.accuracy.value)}, and no cheaper arm is as good within the noise.`
    : `Use ${cheapest}: at ${Math.round(cheap.seconds)} s it is the cheapest arm that cannot be told from the best, ${best} (${percent(cheap.accuracy.value)} against ${percent(top.accuracy.value)} in ${Math.round(top.seconds)} s).`);
  if (negative.length === 0 && transfer.over.length > 0) {
    const nearest = transfer.over.reduce((a, b) => (b.difference.value < a.difference.value ? b : a));
    found.push(`Transfer is worth it: ${transfer.arm} is ahead of every control, of ${controls[nearest.control]} by ${points(nearest.difference.value)} (95 % interval ${range(nearest.difference)}).`);
  }
  const cut = arms.filter((arm) => arm.cut > 0 && arm.status === 'done' && arm.arm.control === null);
  if (cut.length > 0) found.push(`The clock ended trainings of ${cut.map(({ arm }) => arm.id).join(', ')}: with more minutes ${cut.length === 1 ? 'it' : 'they'} may do better.`);
  if (arms.some(({ arm, cut, status }) => arm.control === 'from-scratch' && cut > 0 && status === 'done')) found.push(`Training from scratch was ended early: it gets at most ${SCRATCH_MULTIPLE} times what the slowest arm took, and may do better with more.`);
  const open = arms.filter(({ status }) => status === 'partial' || status === 'waiting');
  if (open.length > 0) found.push(`Not done yet: ${open.map(({ arm }) => arm.id).join(', ')}. Resume the comparison to have ${open.length === 1 ? 'it' : 'them'}, too.`);
  found.push(`Held-out pictures of ${folds} folds${seeds.length > 1 ? `, ${seeds.length} seeds` : ''}. The best of several arms looks better than it is: measure the final model on the test partition once.`);
  return found;
}

const percent = (share: number | null) => (share === null ? '-' : `${(100 * share).toFixed(1)} %`);
const points = (difference: number) => `${(100 * difference).toFixed(1)} points`;

function range({ low, high }: { readonly low: number | null; readonly high: number | null }): string {
  return low === null || high === null ? 'not known with fewer than two subjects' : `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`;
}
