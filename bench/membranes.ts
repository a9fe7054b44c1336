// Membranes of ISBI 2012, thirty neighbouring slices: the U-Net of 2015 from scratch beside a U-Net on a pretrained encoder, on folds of contiguous slices.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { foveaDocument, foveaJson as fovea } from '../build/fovea-process.ts';
import { table } from '../main/cli/output.ts';
import { readPng, writeGreyPng } from '../main/formats/masks/png.ts';
import { stream } from '../main/random.ts';
import { testData, withProject } from './project.ts';

const folder = `${testData}/data/em_membrane_isbi2012/train`;
const slices = 30, folds = 3, fold = slices / folds, tile = 256;
/** Slices that are drawn together for an interval: neighbours are alike, so that single ones would make it too narrow. */
const block = 5;

const arms = [
  { name: 'U-Net of 2015, 16 filters, from scratch', options: ['--backbone', 'unet_16', '--strategy', 'from-scratch'] },
  { name: 'U-Net on tf_efficientnet_lite0, pretrained', options: ['--backbone', 'tf_efficientnet_lite0', '--strategy', 'fine-tune'] },
] as const;

/** Of a fold, its own ten slices test, the four that lie farthest from them validate, and the rest train. */
function partitionOf(slice: number, of: number): string {
  if (Math.floor(slice / fold) === of) return 'test';
  const farthest = of === 0 ? [slices - 4, slices] : of === folds - 1 ? [0, 4] : [slices - 4, slices];
  return slice >= farthest[0]! && slice < farthest[1]! ? 'validation' : 'train';
}

interface Scores { readonly dice: number; readonly iou: number }

/** @param minutes of training for each arm, over all folds */
export async function membranes({ minutes, epochs, seed = 1 }: { readonly minutes: number; readonly epochs: number; readonly seed?: number }): Promise<void> {
  if (!existsSync(folder)) return console.log(`The data are not at ${folder}; set FOVEA_TEST_DATA.`);
  console.log(`${folds} folds of ${fold} neighbouring slices; ${tile}-pixel tiles, batch 4, at most ${epochs} epochs and ${(minutes / folds).toFixed(1)} minutes for each fold and arm; the membrane is the class`);
  const scores = arms.map((): Scores[] => []), figures: string[][] = [];
  for (let of = 0; of < folds; of++) await withProject(async (project) => {
    const labels = await imported(project, of);
    for (const [index, { name, options }] of arms.entries()) {
      const began = performance.now();
      const events = await fovea('train', project, ...options, '--seed', String(seed), '--set', `epochs=${epochs}`, '--set', `minutes=${minutes / folds}`, '--set', `tile=${tile}`, '--set', 'batchSize=4', '--set', 'tilesPerPicture=4');
      const { modelId } = events.at(-1) as unknown as { modelId: string }; // the last event of a run
      const { perImage } = await foveaDocument<{ perImage: (Scores & { id: string })[] }>('evaluate', project, '--model', modelId, '--on', 'test');
      if (perImage.length !== fold) throw new Error(`${perImage.length} slices were measured, not ${fold} (of ${labels})`);
      scores[index]!.push(...perImage);
      figures.push([String(of + 1), name, String(events.filter(({ type }) => type === 'epoch').length), ((performance.now() - began) / 1000).toFixed(0), mean(perImage.map(({ dice }) => dice)).toFixed(4), mean(perImage.map(({ iou }) => iou)).toFixed(4)]);
      console.log(table(['fold', 'arm', 'epochs', 's', 'Dice', 'IoU'], figures).join('\n'), '\n');
    }
  });
  console.log(table(['arm', 'Dice (95 %)', 'IoU (95 %)'], arms.map(({ name }, index) => [name, figure(scores[index]!.map(({ dice }) => dice)), figure(scores[index]!.map(({ iou }) => iou))])).join('\n'));
  console.log(`pretrained minus from scratch, paired by slice: Dice ${figure(scores[1]!.map(({ dice }, i) => dice - scores[0]![i]!.dice))}, IoU ${figure(scores[1]!.map(({ iou }, i) => iou - scores[0]![i]!.iou))}`);
  console.log(`intervals: bootstrap over ${slices / block} blocks of ${block} neighbouring slices`);
}

/** A project with the slices in their order and the partitions of a fold. @returns how many pictures have masks */
async function imported(project: string, of: number): Promise<number> {
  const pictures = `${project}-pictures`, masks = `${project}-masks`, partitions = `${project}-partitions.csv`, names = Array.from({ length: slices }, (_, i) => String(i));
  for (const path of [pictures, masks]) mkdirSync(path);
  for (const name of names) {
    const file = name.padStart(2, '0');
    copyFileSync(`${folder}/images/${name}.png`, `${pictures}/${file}.png`);
    // The data say 255 for the inside of cells; what is looked for is the membrane between them.
    const { width, height, values } = await readPng(readFileSync(`${folder}/masks/${name}.png`));
    writeFileSync(`${masks}/${file}.png`, await writeGreyPng(Uint8Array.from(values, (value) => (value === 0 ? 255 : 0)), width, height));
  }
  writeFileSync(partitions, ['path,partition', ...names.map((name, i) => `${name.padStart(2, '0')}.png,${partitionOf(i, of)}`)].join('\n'));
  await fovea('create', project, '--task', 'segmentation');
  await fovea('import', project, pictures, '--labels', masks, '--format', 'masks', '--partition', partitions);
  await fovea('split', project);
  return (await foveaDocument<{ labelled: number }>('status', project)).labelled;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** The mean over the slices, in their order, with its interval. */
function figure(values: readonly number[]): string {
  const draw = stream(1, 'bench/membranes'), replicates = 5000, blocks = values.length / block;
  const ofBlocks = Array.from({ length: blocks }, (_, b) => mean(values.slice(b * block, (b + 1) * block)));
  const means = Array.from({ length: replicates }, (_, r) => mean(ofBlocks.map((_value, b) => ofBlocks[draw.integer(r * blocks + b, blocks)]!))).sort((a, b) => a - b);
  return `${mean(values).toFixed(4)} (${means[Math.floor(0.025 * replicates)]!.toFixed(4)} to ${means[Math.floor(0.975 * replicates)]!.toFixed(4)})`;
}
