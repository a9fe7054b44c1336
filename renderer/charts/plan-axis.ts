// The one time axis of a plan: phases, learning rates, live curves and playhead are all placed by it.
import type { Phase } from '#contract/plan.ts';

/** A phase on the axis; `from` and `to` are shares of its width, epochs are counted over the whole run. */
export interface AxisPhase { readonly phase: Phase; readonly index: number; readonly from: number; readonly to: number; readonly firstEpoch: number; readonly epochs: number }
export interface PlanAxis { readonly phases: readonly AxisPhase[]; readonly epochs: number }

/** A closed fit takes no epochs; it gets this share of the width of all epochs so that it can be seen. */
const FIT = 0.14;

export function planAxis(phases: readonly Phase[]): PlanAxis {
  const epochs = phases.reduce((sum, phase) => sum + (phase.kind === 'train' ? phase.epochs : 0), 0);
  const weights = phases.map((phase) => (phase.kind === 'train' ? phase.epochs : Math.max(FIT * epochs, epochs === 0 ? 1 : 0)));
  const whole = weights.reduce((a, b) => a + b, 0) || 1;
  let at = 0, epoch = 0;
  return {
    epochs,
    phases: phases.map((phase, index) => {
      const from = at / whole;
      at += weights[index] ?? 0;
      const placed: AxisPhase = { phase, index, from, to: at / whole, firstEpoch: epoch, epochs: phase.kind === 'train' ? phase.epochs : 0 };
      epoch += placed.epochs;
      return placed;
    }),
  };
}

/** Where an epoch of the run stands, as a share of the width; 0 is the start of the first training phase. */
export function placeOf({ phases }: PlanAxis, epoch: number): number {
  const trained = phases.filter(({ epochs }) => epochs > 0);
  const phase = trained.find(({ firstEpoch, epochs }) => epoch <= firstEpoch + epochs) ?? trained.at(-1);
  if (phase === undefined) return 1;
  return phase.from + ((epoch - phase.firstEpoch) / phase.epochs) * (phase.to - phase.from);
}

/** Round epochs for ticks: some five of them, always with first and last. */
export function epochTicks(epochs: number): number[] {
  if (epochs === 0) return [];
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => epochs / size <= 7) ?? epochs;
  const ticks = Array.from({ length: Math.floor(epochs / step) + 1 }, (_, index) => index * step);
  if (ticks.at(-1) !== epochs) {
    if (epochs - (ticks.at(-1) ?? 0) < step / 2) ticks.pop();
    ticks.push(epochs);
  }
  return ticks;
}

/** How strong a rate is drawn, 1..5, on a logarithmic scale between the lowest and the highest of the plan. */
export function rateLevel(rate: number, lowest: number, highest: number): number {
  if (highest <= lowest) return 5;
  return 1 + Math.round(4 * (Math.log(rate / lowest) / Math.log(highest / lowest)));
}

/** Lowest and highest rate of all phases; null when nothing is trained by steps. */
export function rateRange(phases: readonly Phase[]): { readonly lowest: number; readonly highest: number } | null {
  const rates = phases.flatMap((phase) => (phase.kind === 'train' ? phase.rates.filter((rate) => rate !== null) : []));
  return rates.length === 0 ? null : { lowest: Math.min(...rates), highest: Math.max(...rates) };
}
