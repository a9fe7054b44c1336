// Sentences that a reader of an evaluation should see before its numbers.
import type { Measures, MeasuredStatistics } from './measures.ts';
import { wilson } from './wilson.ts';

/** Stands for a class name where the commonest answer of a multilabel set is that nothing is there. */
export const noClass = '(no class)';

/** Pictures of a class, or subjects, below which a figure says little. */
const few = 10;

/** What is doubtful about an evaluation, most important first. */
export function doubts(measured: MeasuredStatistics, majority: Measures['majority']): string[] {
  const { n, subjects, accuracy, perClass, intervals } = measured;
  const found: string[] = [];
  if (accuracy.value !== null && (accuracy.low ?? accuracy.value) <= majority.accuracy) {
    const answer = majority.className === noClass ? 'saying that no class is there' : `saying "${majority.className}"`;
    found.push(`The accuracy of ${percent(accuracy.value)}${accuracy.low === null ? '' : ` (interval ${percent(accuracy.low)} to ${percent(accuracy.high!)})`} is no better than always ${answer}, which gets ${percent(majority.accuracy)}.`);
  }
  const absent = perClass.filter((one) => one.support === 0).map((one) => `"${one.name}"`);
  if (absent.length > 0) found.push(`No picture here has the class ${list(absent)}: nothing can be said about ${absent.length === 1 ? 'it' : 'them'}.`);
  const rare = perClass.filter((one) => one.support > 0 && one.support < few).map((one) => `"${one.name}" (${one.support})`);
  if (rare.length > 0) found.push(`Fewer than ${few} pictures of ${list(rare)}: the figures of ${rare.length === 1 ? 'this class' : 'these classes'} are very uncertain.`);
  const unsaid = perClass.filter((one) => one.support > 0 && one.precision.value === null).map((one) => `"${one.name}"`);
  if (unsaid.length > 0) found.push(`The model never says ${list(unsaid)}.`);
  if (intervals.unit === 'picture') found.push('Subjects are not known, so the intervals take every picture as independent. If several pictures show one subject, the intervals are too narrow.');
  else if (subjects < few) found.push(`Only ${subjects} ${subjects === 1 ? 'subject' : 'subjects'}: the intervals are unreliable.`);
  if (accuracy.low !== null && accuracy.low === accuracy.high) {
    const { low, high } = wilson(Math.round(accuracy.value! * subjects), subjects);
    found.push(`The interval of the accuracy has no width because ${accuracy.value === 1 ? 'every answer is right' : 'all subjects are alike'}; by Wilson's method for ${subjects === n ? `${n} pictures` : `${subjects} subjects`} it is ${percent(low)} to ${percent(high)}.`);
  }
  return found;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
