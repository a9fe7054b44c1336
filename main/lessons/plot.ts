// Axes and series of lesson plots that several lessons have.
import type { PlotAxis, PlotSeries, Said } from '#contract/lessons.ts';
import { say } from './say.ts';

/** A share always has the whole axis, so that nothing looks larger than it is. */
export const accuracyAxis: PlotAxis = { title: say('lesson.axis.accuracy'), scale: 'linear', from: 0, to: 1, names: [] };
export const epochAxis: PlotAxis = { title: say('lesson.axis.epoch'), scale: 'linear', from: null, to: null, names: [] };

export function namesAxis(title: Said, names: readonly Said[]): PlotAxis {
  return { title, scale: 'names', from: null, to: null, names: [...names] };
}

/** A line over 1, 2, 3 ... or, with `from`, over from, from + 1 ... What is no number is a gap. */
export function line(name: Said, values: readonly number[], from = 1): PlotSeries {
  return { name, points: values.map((y, i) => ({ x: from + i, y: Number.isFinite(y) ? y : null, low: null, high: null })) };
}

/** Mean and range of repetitions. */
export function spread(x: number, values: readonly number[]): PlotSeries['points'][number] {
  return { x, y: mean(values), low: Math.min(...values), high: Math.max(...values) };
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What always saying the commonest class of these pictures gets. */
export function guessing(targets: readonly number[]): number {
  return Math.max(...[...Map.groupBy(targets, (target) => target).values()].map(({ length }) => length)) / targets.length;
}
