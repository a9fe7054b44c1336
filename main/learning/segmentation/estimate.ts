// From measured steps to what a whole run for masks will take; and which runs have the same steps.
import { createHash } from 'node:crypto';
import type { MeasuredCosts, RunEstimate } from '#contract/estimate.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import { count } from '../../nets/index.ts';
import { tileCounts } from './examples.ts';
import { keptBytes, keptStages } from './kept.ts';
import { maskNetwork, maskRecipe } from './plan.ts';
import type { Extent } from './tile-layout.ts';

type Request = Pick<TrainDocument, 'backbone' | 'classes' | 'preprocessing' | 'strategy' | 'values' | 'engine' | 'precision' | 'threads' | 'images' | 'weights'>;

/** Sizes of the pictures in pixels, by id. */
export type PictureSizes = ReadonlyMap<string, Extent>;

/** Values that say how many steps there are, or where tiles lie, and change nothing of what a step costs. */
const lengths: readonly string[] = ['epochs', 'decoderEpochs', 'patience', 'minutes', 'tilesPerPicture', 'foreground'];

/** Of all parameters, beside what a measurement holds: the best ones, and a checkpoint with them, the present ones and the optimizer's slots. */
const copies = 5;

/** Seconds and bytes of a run, had each of its steps the measured cost. */
export function estimateMaskRun(document: Request, sizes: PictureSizes, { open, prepare, phases, memory }: MeasuredCosts): RunEstimate {
  const { recipe, network, tiles, kept } = factsOf(document, sizes);
  const most = Math.max(...kept), rows = most > 0 ? tiles.training * recipe.views + tiles.validation : tiles.training + tiles.validation;
  const seconds = recipe.phases.reduce((sum, phase, index) => {
    const costs = phases[index];
    if (costs === undefined) return sum;
    return sum + costs.start + phase.epochs * (Math.ceil(tiles.training / phase.batchSize) * costs.step + tiles.validation * costs.validation + costs.end);
  }, open + rows * prepare);
  return { seconds, memory: memory + copies * 4 * count(network).parameters + (most > 0 ? keptBytes(network, most, rows) : 0) };
}

/** The same for all runs whose steps cost the same on one machine. */
export function maskCostKey(document: Request, sizes: PictureSizes): string {
  const { backbone, classes, preprocessing: { size, channels, tiles }, strategy, values, engine, precision, threads, weights } = document;
  const shaping = Object.entries(values).filter(([id]) => !lengths.includes(id)).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(['masks', backbone, classes.length, size, channels, tiles, strategy, shaping, engine, precision, threads, weights.delta !== null, factsOf(document, sizes).kept])).digest('hex');
}

function factsOf(document: Request, sizes: PictureSizes) {
  const recipe = maskRecipe(document), network = maskNetwork(document), tiles = tileCounts(document, recipe, sizes);
  return { recipe, network, tiles, kept: recipe.phases.map((_, index) => keptStages(network, recipe, index, tiles)) };
}
