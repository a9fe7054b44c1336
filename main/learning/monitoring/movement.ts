// How far training has moved each stage, and how much gradient reaches it: forgetting and vanishing gradients are seen here.
import type { StageMovement } from '#contract/run-events.ts';
import type { Network } from '../../nets/graph.ts';
import { parameters, stageIndex } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import { stageNorms } from '../stepping.ts';

/** Relative change of the weights of each stage, ||w - w0|| / ||w0||, statistics of norms left out; null for a stage that starts at zero. */
export function drift(network: Network, start: TensorMap, now: TensorMap): (number | null)[] {
  const stages = stageIndex(network);
  const moved = network.stages.map(() => 0), norm = network.stages.map(() => 0), touched = network.stages.map(() => false);
  for (const { name, node, role } of parameters(network)) {
    const stage = stages.get(node)!, before = start.get(name), after = now.get(name);
    if (role !== 'weight' || !before || !after) continue;
    const w0 = before.data, w = after.data;
    if (w !== w0) touched[stage] = true;
    let change = 0, size = 0;
    for (let i = 0; i < w0.length; i++) {
      size += w0[i]! * w0[i]!;
      change += (w[i]! - w0[i]!) ** 2;
    }
    moved[stage] = moved[stage]! + change;
    norm[stage] = norm[stage]! + size;
  }
  return moved.map((change, stage) => (!touched[stage] ? 0 : norm[stage] === 0 ? null : Math.sqrt(change / norm[stage]!)));
}

export interface GradientMeter {
  /** @param groups norms of the gradients by parameter group, of one step */
  add(groups: readonly number[]): void;
  /** Mean over the steps for each stage; null for the frozen ones. */
  means(): (number | null)[];
}

/** @param rates of the phase, by stage; null = frozen */
export function gradientMeter(rates: readonly (number | null)[]): GradientMeter {
  const sums = rates.map(() => 0);
  let steps = 0;
  return {
    add(groups) {
      stageNorms(groups, rates.length).forEach((norm, stage) => { sums[stage] = sums[stage]! + norm; });
      steps++;
    },
    means: () => sums.map((sum, stage) => (rates[stage] === null || steps === 0 ? null : sum / steps)),
  };
}

export function movement(drifts: readonly (number | null)[], gradients: readonly (number | null)[]): StageMovement[] {
  return drifts.map((one, stage) => ({ drift: one, gradient: gradients[stage] ?? null }));
}
