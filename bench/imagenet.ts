// What ImageNet's classifier still says of ants and bees, once its backbone has learned ultrasound pictures: plainly and with each cure of forgetting.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobImage, TrainDocument } from '#contract/jobs.ts';
import type { Blobs } from '../main/blobs/index.ts';
import { openEngine } from '../main/engines/index.ts';
import { chunks } from '../main/learning/batches/batching.ts';
import { openBatches } from '../main/learning/batches/batches.ts';
import { baseValues, parentValues } from '../main/learning/model.ts';
import { share, table } from '../main/cli/output.ts';
import { encodePng } from '../main/images/index.ts';
import { variant } from '../main/nets/index.ts';
import { readNpz } from './breast.ts';
import { testData } from './project.ts';
import { accuracy, arms, common, heldOut, learned, made, percent, startDocument } from './updates.ts';

/** BreastMNIST is learned; what the ImageNet classifier then still says of ants and bees. */
export async function imagenet(blobs: Blobs): Promise<void> {
  const archive = `${testData}/data/medmnist/breastmnist.npz`, insects = `${testData}/data/hymenoptera/val`;
  if (!existsSync(archive) || !existsSync(insects)) return console.log(`The data are not in ${testData}; set FOVEA_TEST_DATA.`);
  const size = 128, epochs = 3, most = 150, names = ['malignant', 'normal or benign'];
  const images: JobImage[] = [];
  const arrays = readNpz(readFileSync(archive));
  for (const [key, partition] of [['train', 'train'], ['val', 'validation'], ['test', 'test']] as const) {
    const { shape: [count = 0, height = 0, width = 0], data } = arrays.get(`${key}_images`)!, labels = arrays.get(`${key}_labels`)!;
    for (let i = 0; i < Math.min(count, most); i++) {
      const blob = await blobs.put(await encodePng({ width, height, channels: 1, data: data.subarray(i * width * height, (i + 1) * width * height) }));
      images.push({ id: `${key} ${i}`, source: { blob }, partition, targets: [labels.data[i]!], group: `${key} ${i}` });
    }
  }
  const base = await startDocument(blobs, { classes: names, size, seed: 1 });
  const shown = (['ants', 'bees'] as const).flatMap((kind) => readdirSync(join(insects, kind)).filter((file) => file.endsWith('.jpg')).map((file) => ({ kind, file: join(insects, kind, file) })));
  const insectScore = async (delta: string | null) => {
    const answers = await answersOf({ ...base, weights: { ...base.weights, delta } }, shown.map(({ file }) => file), blobs);
    return answers.filter((answer, i) => answer === (shown[i]!.kind === 'ants' ? 310 : 309)).length / shown.length; // torchvision's order of the classes
  };
  const before = await insectScore(null);
  console.log(`ImageNet's classifier is right on ${share(before)} of ${shown.length} ants and bees at ${size} px before.`);
  const rows: string[][] = [];
  for (const { name, strategy, values } of arms.filter((arm) => arm.strategy !== 'rehearsal')) {
    const { model } = await made({ ...base, strategy, values: { ...common, learningRate: 0.01, epochs, ...values }, images: learned(images) }, blobs);
    const after = await insectScore(model.delta);
    rows.push([name, share(after), percent(after / before), share(await accuracy(base, model, heldOut(images), blobs))]);
    console.log(rows.at(-1)!.join('  '));
  }
  console.log(`\n${table(['method', 'ants and bees after', 'of before', 'breast, test accuracy'], rows).join('\n')}\n`);
}

/** @returns index of the most likely of the 1000 classes, for each file */
async function answersOf({ backbone, weights, preprocessing, home, threads, precision, blobs: folder, seed }: TrainDocument, files: readonly string[], blobs: Blobs): Promise<number[]> {
  const network = variant(backbone).build({ classes: 1000, inputSize: preprocessing.size, channels: preprocessing.channels });
  const values = await parentValues(weights, await baseValues(weights, network), network, blobs);
  const { engine } = await openEngine({ engine: 'auto', purpose: 'infer', home, threads, precision });
  const reader = openBatches({ pictures: files.map((file) => ({ source: { file }, key: file })), blobs: folder, preprocessing, augmentation: {}, seed, keep: false, workers: 1 });
  try {
    const runner = await engine.runner({ network, values, outputs: [network.output], precision });
    const answers: number[] = [];
    for await (const { input } of reader.read(chunks([...files.keys()], 32).map((members) => ({ members, turn: null })))) {
      const { shape: [n = 0, width = 0], data } = (await runner.run(input)).get(network.output)!;
      for (let i = 0; i < n; i++) {
        const row = data.subarray(i * width, (i + 1) * width);
        answers.push(row.indexOf(Math.max(...row)));
      }
    }
    return answers;
  } finally {
    await reader.close();
    await engine.close();
  }
}
