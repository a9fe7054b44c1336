// Which stages stand for all in a plot of what training does to them, and a logarithmic axis for it.
import type { Plan } from '#contract/plan.ts';

/** Lines that can be told apart. */
const most = 4;

/** Of the stages that are trained by steps: the first, the last, and up to two between them. */
export function shownStages({ stages, phases }: Pick<Plan, 'stages' | 'phases'>): number[] {
  const trained = stages.map((_, stage) => stage).filter((stage) => phases.some((phase) => phase.kind === 'train' && phase.rates[stage] != null));
  if (trained.length <= most) return trained;
  return Array.from({ length: most }, (_, i) => trained[Math.round((i / (most - 1)) * (trained.length - 1))]!);
}

export interface LogAxis {
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
  /** Value -> share of the height from the bottom. */
  readonly scale: (value: number) => number;
}

/** Whole decades around the values, at most five ticks; null without values. @param values above 0 */
export function logAxis(values: readonly number[]): LogAxis | null {
  if (values.length === 0) return null;
  const from = Math.floor(Math.log10(Math.min(...values)) + 1e-9), to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  const step = Math.ceil((to - from) / 4);
  return {
    ticks: Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step).map((decade) => ({ value: 10 ** decade, text: decade >= 0 && decade <= 2 ? String(10 ** decade) : `1e${decade}` })),
    scale: (value) => (Math.log10(value) - from) / (to - from),
  };
}
