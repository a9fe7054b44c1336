// Where the points of a lesson's plot lie: axes from data, ticks, and labels beside the ends of lines that do not cover each other.
import type { LessonPlot, PlotAxis } from '#contract/lessons.ts';
import { niceTicks } from './ticks.ts';

export interface Tick { readonly at: number; readonly value: number }

export interface Scale {
  /** Value -> share of the length, from left or from below. */
  place(value: number): number;
  readonly ticks: readonly Tick[];
}

/** Logarithms of ticks are whole numbers, at most so many. */
const mostPowers = 7;

/** @param values all that are drawn along this axis */
export function scaleOf(axis: PlotAxis, values: readonly number[], wanted = 5): Scale {
  if (axis.scale === 'names') {
    const places = axis.names.map((_, i) => ({ value: i, at: (i + 0.5) / axis.names.length }));
    return { place: (value) => (value + 0.5) / axis.names.length, ticks: places };
  }
  const known = values.filter(Number.isFinite);
  if (axis.scale === 'log') return logScale(known.filter((value) => value > 0));
  const ends = { from: axis.from ?? Math.min(...known), to: axis.to ?? Math.max(...known) };
  const from = known.length === 0 && axis.from === null ? 0 : ends.from, to = known.length === 0 && axis.to === null ? 1 : ends.to;
  const ticks = niceTicks(from, to, wanted);
  // The axis ends at a tick, unless its end was given.
  const last = axis.to ?? (ticks.length > 1 && ticks.at(-1)! < to && axis.from !== null ? ticks.at(-1)! + (ticks[1]! - ticks[0]!) : to);
  const place = (value: number) => (last > from ? (value - from) / (last - from) : 0.5);
  return { place, ticks: (last > (ticks.at(-1) ?? last) && axis.to === null ? [...ticks, last] : ticks).map((value) => ({ value, at: place(value) })) };
}

/** Few values are ticks themselves; many get powers of ten. */
function logScale(values: readonly number[]): Scale {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const few = distinct.length <= 8 && distinct.length > 0 && distinct.at(-1)! / distinct[0]! < 1e4;
  const low = few ? Math.log10(distinct[0]!) : Math.floor(Math.log10(distinct[0] ?? 1)), high = few ? Math.log10(distinct.at(-1)!) : Math.ceil(Math.log10(distinct.at(-1) ?? 10));
  const place = (value: number) => (high > low ? (Math.log10(value) - low) / (high - low) : 0.5);
  const step = Math.max(1, Math.ceil((high - low) / mostPowers));
  const powers = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => 10 ** (low + i * step));
  return { place, ticks: (few ? distinct : powers).map((value) => ({ value, at: place(value) })) };
}

/** All values along y, ranges and levels included. */
export function heights({ series, levels }: LessonPlot): number[] {
  return [...series.flatMap(({ points }) => points.flatMap(({ y, low, high }) => [y, low, high])), ...levels.map(({ y }) => y)].filter((value) => value !== null);
}

/**
 * Moves labels apart: each as near to its place as the others let it be, all between 0 and 1, in their order.
 * @param apart least distance between two
 */
export function spreadLabels(wanted: readonly number[], apart: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  // Up from below, then down from the top where that pushed too far.
  order.forEach((i, rank) => { if (rank > 0) placed[i] = Math.max(placed[i]!, placed[order[rank - 1]!]! + apart); });
  let limit = 1;
  for (const i of order.toReversed()) {
    placed[i] = Math.max(0, Math.min(placed[i]!, limit));
    limit = placed[i]! - apart;
  }
  return placed;
}
