// What follows from a comparison, in the person's language: the warning, the recommendation, and what to keep in mind.
import { SCRATCH_MULTIPLE } from '#contract/comparison.ts';
import type { ArmRecord, ArmResult, ComparisonRecord, DifferenceRecord } from '#contract/comparison.ts';
import { duration, percent } from '../../messages/format.ts';
import { t, tryT } from '../../messages/index.svelte.ts';
import type { Project } from '../../state/project.svelte.ts';
import { shortTitle } from '../../state/titles.ts';

export interface VerdictText {
  /** Controls that transfer does not beat beyond doubt: read first. */
  readonly doubts: readonly string[];
  readonly advice: readonly string[];
  readonly notes: readonly string[];
}

/** An arm by the names people know. */
export function armTitle({ training }: Project, { control, strategy, backbone, weights }: ArmRecord): string {
  if (control !== null) return t(`control.${control}`);
  const titleOf = (list: readonly { readonly id: string; readonly title: string }[], id: string | null) => shortTitle(list.find((one) => one.id === id)?.title ?? id ?? '');
  const network = titleOf(training.backbones, backbone);
  return t('choosing.on', { strategy: tryT(`strategy.${strategy ?? ''}`) ?? titleOf(training.strategies, strategy), backbone: weights === null ? network : `${network} (${weights === 'none' ? t('choosing.random') : weights.split(/[\\/]/).at(-1) ?? weights})` });
}

/** A difference of shares in points, with a sign. */
export function points(value: number | null): string {
  return value === null ? '–' : `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(100 * value).toFixed(1)}`;
}

export function verdictText(project: Project, { arms, verdict }: ComparisonRecord): VerdictText | null {
  if (verdict === null) return null;
  const { best, cheapest, transfer, negative } = verdict;
  const of = (id: string): ArmResult => arms.find(({ arm }) => arm.id === id)!, title = (id: string) => armTitle(project, of(id).arm);
  const accuracy = (id: string) => percent(of(id).accuracy.value ?? 0);
  const bounds = ({ value, low, high }: DifferenceRecord) => ({ difference: points(value), low: points(low), high: points(high) });
  const doubts = transfer.over.filter(({ control }) => negative.includes(control)).map(({ control, difference }) =>
    t(difference.high !== null && difference.high < 0 ? 'choosing.negative' : 'choosing.doubt', { arm: title(transfer.arm), accuracy: accuracy(transfer.arm), control: t(`control.${control}`), other: accuracy(control), ...bounds(difference) }));
  const advice = [best === cheapest
    ? t('choosing.useBest', { best: title(best), accuracy: accuracy(best) })
    : t('choosing.useCheapest', { cheapest: title(cheapest), time: duration(of(cheapest).seconds), best: title(best), accuracy: accuracy(cheapest), top: accuracy(best), topTime: duration(of(best).seconds) })];
  if (negative.length === 0 && transfer.over.length > 0) {
    const nearest = transfer.over.reduce((a, b) => (b.difference.value < a.difference.value ? b : a));
    advice.push(t('choosing.worth', { arm: title(transfer.arm), control: t(`control.${nearest.control}`), ...bounds(nearest.difference) }));
  }
  const names = (some: readonly ArmResult[]) => some.map(({ arm }) => armTitle(project, arm)).join(', ');
  const ended = arms.filter((arm) => arm.cut > 0 && arm.status === 'done'), cut = ended.filter(({ arm }) => arm.control === null);
  const open = arms.filter(({ status }) => status === 'partial' || status === 'waiting');
  return {
    doubts, advice,
    notes: [...(cut.length > 0 ? [t('choosing.cut', { arms: names(cut) })] : []), ...(ended.some(({ arm }) => arm.control === 'from-scratch') ? [t('choosing.scratchCut', { n: SCRATCH_MULTIPLE })] : []), ...(open.length > 0 ? [t('choosing.open', { arms: names(open) })] : []), t('choosing.curse')],
  };
}
