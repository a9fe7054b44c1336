// Nuclei of the Data Science Bowl 2018: Dice per test picture beside a plain PyTorch U-Net with the same encoder, split, epochs and batch.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { foveaJson as fovea } from '../build/fovea-process.ts';
import { table } from '../main/cli/output.ts';
import { readCsv } from '../main/formats/csv.ts';
import { stream } from '../main/random.ts';
import { testData, withProject } from './project.ts';
import { benchPython } from './python.ts';

const folder = `${testData}/data/nuclei_dsb2018`;
const weights = fileURLToPath(new URL('../resources/backbones/tf_efficientnet_lite0/tf_efficientnet_lite0.fp16w.safetensors', import.meta.url));
const encoder = 'tf_efficientnet_lite0', batch = 4, tile = 256;

/** Of five pictures of a group in the order of their names, three train, one validates, one tests. */
const partitionOf = (place: number) => (place % 5 === 3 ? 'validation' : place % 5 === 4 ? 'test' : 'train');

/** @param only part of a group's name, such as `fluorescence_256`; none = all 120 pictures */
export async function nuclei({ seeds, epochs, only, make }: { readonly seeds: number; readonly epochs: number; readonly only: string | undefined; readonly make: boolean }): Promise<void> {
  if (!existsSync(folder)) return console.log(`The data are not at ${folder}; set FOVEA_TEST_DATA.`);
  const python = benchPython(make);
  const [head, ...rows] = readCsv(readFileSync(`${folder}/manifest.csv`, 'utf8')).map(({ cells }) => cells);
  const column = (row: readonly string[], name: string) => row[head?.indexOf(name) ?? -1] ?? '';
  const pictures = [...Map.groupBy(rows.filter((row) => column(row, 'group').includes(only ?? '')), (row) => column(row, 'group')).values()]
    .flatMap((group) => group.map((row, place) => ({ name: column(row, 'name'), partition: partitionOf(place) })));
  const count = (partition: string) => pictures.filter((one) => one.partition === partition).length;
  console.log(`${count('train')} training, ${count('validation')} validation and ${count('test')} test pictures; ${epochs} epochs, batch ${batch}, one random ${tile}-pixel tile of each picture per epoch`);
  await withProject(async (project) => {
    const staged = `${project}-pictures`, masks = `${project}-masks`, list = `${project}.csv`, partitions = `${project}-partitions.csv`;
    for (const path of [staged, masks]) mkdirSync(path);
    for (const { name } of pictures) {
      copyFileSync(`${folder}/images/${name}.png`, `${staged}/${name}.png`);
      copyFileSync(`${folder}/masks_binary/${name}.png`, `${masks}/${name}.png`);
    }
    writeFileSync(partitions, ['path,partition', ...pictures.map(({ name, partition }) => `${name}.png,${partition}`)].join('\n'));
    writeFileSync(list, ['partition,picture,mask', ...pictures.map(({ name, partition }) => `${partition},${staged}/${name}.png,${masks}/${name}.png`)].join('\n'));
    await fovea('create', project, '--task', 'segmentation');
    await fovea('import', project, staged, '--labels', masks, '--format', 'masks', '--partition', partitions);
    await fovea('split', project);
    const differences: number[] = [], figures: string[][] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const began = performance.now();
      const finished = (await fovea('train', project, '--strategy', 'fine-tune', '--seed', String(seed), '--set', `epochs=${epochs}`, '--set', `batchSize=${batch}`, '--set', 'tilesPerPicture=1', '--set', 'layerDecay=1')).at(-1) as { modelId: string }; // the last event of a run
      const [record] = await fovea('evaluate', project, '--model', finished.modelId, '--on', 'test') as [{ perImage: { dice: number }[] }]; // the command's own document
      const ours = record.perImage.map(({ dice }) => dice), seconds = (performance.now() - began) / 1000;
      const peer = python ? trained(python, list, seed, epochs) : null;
      figures.push([String(seed), mean(ours).toFixed(4), seconds.toFixed(0), peer ? mean(peer.dice).toFixed(4) : '', peer ? peer.seconds.toFixed(0) : '']);
      if (peer) differences.push(mean(ours) - mean(peer.dice));
      console.log(table(['seed', 'ours: mean Dice', 's', 'PyTorch: mean Dice', 's'], figures).join('\n'), '\n');
    }
    if (differences.length > 1) {
      const [low, high] = interval(differences);
      console.log(`difference of the means over ${differences.length} seeds: ${mean(differences).toFixed(4)} (95 % ${low.toFixed(4)} to ${high.toFixed(4)}); asked: reaches above -0.01: ${high > -0.01 ? 'met' : 'NOT MET'}`);
    }
  });
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function trained(python: string, list: string, seed: number, epochs: number): { readonly dice: number[]; readonly seconds: number } {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(python, [fileURLToPath(new URL('torch_unet.py', import.meta.url)), 'train', encoder, weights, list, String(seed), String(epochs), String(batch), String(tile)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`PyTorch failed: ${stderr.trim().split('\n').slice(-5).join('\n')}`);
  return { ...JSON.parse(stdout.trim().split('\n').at(-1)!) as { dice: number[] }, seconds: (performance.now() - began) / 1000 }; // its last line
}

/** Bootstrap over the seeds. */
function interval(values: readonly number[]): readonly [number, number] {
  const draw = stream(1, 'bench/nuclei'), replicates = 5000;
  const means = Array.from({ length: replicates }, (_, r) => mean(values.map((_value, i) => values[draw.integer(r * values.length + i, values.length)]!))).sort((a, b) => a - b);
  return [means[Math.floor(0.025 * replicates)]!, means[Math.floor(0.975 * replicates)]!];
}
