// Sets of stages as a person picks them on the drawing of a network.
import type { Phase } from '#contract/plan.ts';

/** Whether each stage is trained in some phase by steps. */
export function trainedStages(phases: readonly Phase[], stages: number): boolean[] {
  return Array.from({ length: stages }, (_, stage) => phases.some((phase) => phase.kind === 'train' && phase.rates[stage] != null));
}

/**
 * The set with one stage turned on or off, as the value of a parameter: so many counted from the head where that says it, names otherwise.
 * The last one stays: something has to be trained.
 */
export function toggledStages(names: readonly string[], trained: readonly boolean[], stage: number): number | string {
  const next = trained.map((one, i) => (i === stage ? !one : one));
  const set = next.some(Boolean) ? next : trained;
  const first = set.indexOf(true);
  return set.slice(first).every(Boolean) ? names.length - first : names.filter((_, i) => set[i]).join(',');
}
