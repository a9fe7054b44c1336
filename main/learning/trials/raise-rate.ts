// The loop of a search for a learning rate, whatever is trained: step after step at a higher rate, until the loss breaks away.
import type { RateSweep } from '#contract/rate-sweep.ts';
import type { Rates } from '../../engines/engine.ts';
import type { JobIo } from '../../jobs/io.ts';
import { peakRate, scaledRates } from '../stepping.ts';
import type { TrainPhase } from '../stepping.ts';
import { breathe } from '../train-phase.ts';
import { hasBrokenAway, smoothed, suggestions, sweepRange, sweepRate } from './rate-sweep.ts';

export interface RateTrial<B> {
  readonly phase: TrainPhase;
  /** `performance.now()` when the work began. */
  readonly began: number;
  readonly io: JobIo;
  /** Without an end. */
  readonly batches: AsyncGenerator<B>;
  /** One update. @returns its loss */
  update(batch: B, rates: Rates): Promise<number>;
}

export async function raiseRate<B>({ phase, began, io, batches, update }: RateTrial<B>): Promise<RateSweep> {
  const losses: number[] = [];
  let end: RateSweep['end'] = 'whole';
  for await (const batch of batches) {
    losses.push(await update(batch, scaledRates(phase, sweepRate(losses.length) / peakRate(phase))));
    const spent = (performance.now() - began) / 1000;
    io.send({ type: 'progress', done: losses.length, total: sweepRange.steps, what: 'Raising the rate', secondsLeft: (spent / losses.length) * (sweepRange.steps - losses.length) });
    await breathe();
    if (hasBrokenAway(losses)) end = 'diverged';
    else if (io.stopRequested()) end = 'stopped';
    if (end !== 'whole' || losses.length === sweepRange.steps) break;
  }
  const curve = smoothed(losses);
  const points = losses.map((loss, step) => ({ rate: sweepRate(step), loss, smoothed: curve[step]! })).filter((point) => Number.isFinite(point.smoothed));
  return { phase: phase.name, points, ...suggestions(points), end, seconds: (performance.now() - began) / 1000 };
}

/** What a run tells of its plan and phases has no meaning in a trial; how far it is, has. */
export function onlyProgress(io: JobIo): JobIo {
  return {
    ...io,
    send(message) {
      if (message.type === 'event' && message.body.type === 'progress') io.send({ type: 'progress', done: message.body.done, total: message.body.total, what: message.body.what, secondsLeft: message.body.secondsLeft });
    },
  };
}
