// Carries out a comparison: one unit after the other (an arm, a held-out fold, a seed), each told when it is done, until all are or the time is over.
import { errorRecord, StudioError } from '#contract/errors.ts';
import { SCRATCH_MULTIPLE } from '#contract/comparison.ts';
import type { UnitRecord } from '#contract/comparison.ts';
import type { CompareDocument } from '#contract/jobs.ts';
import type { JobIo } from '../../jobs/io.ts';
import { probe } from '../ranking/index.ts';
import type { PooledFeatures } from '../ranking/index.ts';
import { colourHistograms } from './colour-histogram.ts';
import { trial } from './trial.ts';
import type { Trial, Unit } from './trial.ts';

/** Units that the time does not reach are not told. One that fails is told with its reason, and the others go on. */
export async function compare(document: CompareDocument, io: JobIo): Promise<void> {
  const { units, seconds, arms, images, folds } = document;
  const deadline = performance.now() + 1000 * seconds;
  let histograms: Promise<PooledFeatures> | undefined, { slowest } = document;
  for (const [place, unit] of units.entries()) {
    const left = (deadline - performance.now()) / 1000;
    if (io.stopRequested() || left <= 0) return;
    const arm = arms.find(({ id }) => id === unit.arm);
    if (!arm) throw new Error(`no arm ${unit.arm}`);
    io.send({ type: 'progress', done: place, total: units.length, what: arm.id, secondsLeft: null });
    const began = performance.now();
    const held = folds.flatMap((fold, i) => (fold === unit.fold ? [i] : []));
    const done = async (): Promise<Trial> => {
      if (arm.control === 'majority') return majority(document, held);
      if (arm.control === 'histogram') return histogram(document, unit, held, await (histograms ??= colourHistograms(document)));
      // What is left is shared out evenly; what an arm does not use is left to those behind it. From scratch comes behind the grid.
      const share = left / (units.length - place), most = arm.control === 'from-scratch' && slowest > 0 ? SCRATCH_MULTIPLE * slowest : Infinity;
      return trial(document, io, arm, unit, held, Math.min(share, most));
    };
    const result = await done().then(({ probabilities, cut }) => ({ cut, error: null, predictions: probabilities.map((row, at) => ({ image: images[held[at]!]!.id, probabilities: [...row] })) }), (error: unknown) => {
      if (error instanceof StudioError && error.code === 'cancelled') return null;
      if (!(error instanceof StudioError)) throw error;
      return { cut: false, error: errorRecord(error), predictions: [] };
    });
    if (result === null) return;
    const took = (performance.now() - began) / 1000;
    if (arm.control === null && result.error === null) slowest = Math.max(slowest, took);
    io.send({ type: 'unit', unit: { ...unit, seconds: took, ...result } satisfies UnitRecord });
  }
  io.send({ type: 'progress', done: units.length, total: units.length, what: '', secondsLeft: 0 });
}

/** How common each class is among the pictures that are not held out. */
function majority({ classes, images }: CompareDocument, held: readonly number[]): Trial {
  const out = new Set(held), counts = new Array<number>(classes.length).fill(0);
  images.forEach(({ targets }, i) => { if (!out.has(i)) counts[targets[0]!] = counts[targets[0]!]! + 1; });
  // With one more of each, so that no class is impossible (Laplace's rule).
  const total = counts.reduce((sum, count) => sum + count + 1, 0);
  return { cut: false, probabilities: held.map(() => counts.map((count) => (count + 1) / total)) };
}

function histogram({ classes, images }: CompareDocument, { seed }: Unit, held: readonly number[], features: PooledFeatures): Trial {
  return { cut: false, probabilities: probe(features, held, { classes: classes.length, labels: images.map(({ targets }) => targets[0]!), groups: images.map(({ group }) => group), seed }) };
}
