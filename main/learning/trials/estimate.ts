// From measured steps to what a whole run will take; and which runs have the same steps.
import { createHash } from 'node:crypto';
import type { MeasuredCosts, RunEstimate } from '#contract/estimate.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import { shapes } from '../../nets/index.ts';
import { sizeOf } from '../../tensor.ts';
import { keptNode } from '../batches/inputs.ts';
import { recipeOf, trainedNetwork } from '../plan.ts';

type Request = Pick<TrainDocument, 'backbone' | 'classes' | 'preprocessing' | 'task' | 'strategy' | 'values' | 'engine' | 'precision' | 'threads' | 'images' | 'weights'>;

/** Values that say how many steps there are, and change nothing of one. */
const lengths: readonly string[] = ['epochs', 'patience', 'minutes'];

/** Seconds and bytes of a run, had each of its steps the measured cost. Fitting a head at once, mostly a second or two, is not in it. */
export function estimateRun(document: Request, { open, prepare, phases, memory }: MeasuredCosts): RunEstimate {
  const { recipe, kept, sizes, training, validation } = factsOf(document);
  const nodes = new Set(kept.filter((node) => node !== null));
  const rows = nodes.size > 0 ? training * (recipe.views + 1) + validation : training + validation;
  const seconds = recipe.phases.reduce((sum, phase, index) => {
    const costs = phases[index];
    if (phase.kind === 'fit' || costs === undefined) return sum;
    const steps = Math.ceil(training / phase.batchSize);
    return sum + costs.start + phase.epochs * (steps * costs.step + validation * costs.validation + costs.end);
  }, open + rows * prepare);
  const keptBytes = [...nodes].reduce((sum, node) => sum + 4 * sizeOf(sizes.get(node) ?? []) * rows, 0);
  return { seconds, memory: memory + keptBytes };
}

/** The same for all runs whose steps cost the same on one machine. */
export function costKey(document: Request): string {
  const { backbone, classes, preprocessing: { size, channels }, task, strategy, values, engine, precision, threads, weights } = document;
  const shaping = Object.entries(values).filter(([id]) => !lengths.includes(id)).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify([backbone, classes.length, size, channels, task, strategy, shaping, engine, precision, threads, weights.delta !== null, factsOf(document).kept])).digest('hex');
}

function factsOf(document: Request) {
  const recipe = recipeOf(document), network = trainedNetwork(document, recipe);
  const inPartition = (partition: string) => document.images.filter((image) => image.partition === partition).length;
  const training = inPartition('train'), validation = inPartition('validation');
  return { recipe, training, validation, sizes: shapes(network), kept: recipe.phases.map((_, index) => keptNode(network, recipe, index, { training, validation })) };
}
