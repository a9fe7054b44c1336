// Sets of stages as values of parameters: `3` is the last three, `blocks.5,head` any by name, and inside a recipe `6,8` the same by number.
import { StudioError } from '#contract/errors.ts';

/** Names to numbers. Throws `invalid` for one that the network has not, listing those that it has. */
export function stageNumbers(param: string, value: string, names: readonly string[]): string {
  const wanted = value.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const list = names.join(', ');
    throw new StudioError('invalid', 'strategy.stage', { param, stage: unknown, list }, `The network has no stage "${unknown}". Its stages are ${list}.`);
  }
  return [...new Set(wanted.map((name) => names.indexOf(name)))].sort((a, b) => a - b).join(',');
}

/** Numbers of the stages in a set, in order. @param count of all stages, the head included */
export function stagesIn(value: number | string, count: number): number[] {
  if (typeof value === 'string') return value.split(',').map(Number);
  const trained = Math.min(value, count);
  return Array.from({ length: trained }, (_, i) => count - trained + i);
}

/** The same with the head: a new one cannot stay as it is. */
export function withHead(stages: readonly number[], count: number): number[] {
  return [...new Set([...stages, count - 1])];
}
