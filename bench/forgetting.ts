// What a network forgets when it learns something new, plainly and with each cure: one site of the sample after the other, and ImageNet's ants and bees after ultrasound pictures.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROTOCOL } from '#contract/jobs.ts';
import type { JobImage, JobMessage, PredictDocument, TrainDocument } from '#contract/jobs.ts';
import type { Partition } from '#contract/records.ts';
import type { StrategyValues } from '#contract/runs.ts';
import { openBlobs } from '../main/blobs/index.ts';
import type { Blobs } from '../main/blobs/index.ts';
import { share, table } from '../main/cli/output.ts';
import { homeFolder, resourcesFolder } from '../main/home.ts';
import { encodePng } from '../main/images/index.ts';
import { train } from '../main/learning/index.ts';
import { predictPictures } from '../main/learning/predict.ts';
import { stream } from '../main/random.ts';
import { classes, drawSample, planSample } from '../main/sample/index.ts';
import { locateWeights } from '../main/weights/index.ts';
import { readNpz } from './breast.ts';
import { imagenetAnswers } from './imagenet.ts';
import { testData } from './project.ts';

type Model = Extract<JobMessage, { type: 'model' }>['model'];
interface Arm { readonly name: string; readonly strategy: string; readonly values: StrategyValues }

/** The same steps for all, at rates at which a network does forget; the first has no pull at all. */
const common = { augmentation: 'none', patience: 0, batchSize: 16, backboneRate: 0.5, weightDecay: 0 } as const;
const arms: readonly Arm[] = [
  { name: 'plain fine-tuning', strategy: 'l2-sp', values: { alpha: 0, beta: 0 } },
  ...[0.01, 0.1, 1].map((alpha) => ({ name: `L2-SP, alpha ${alpha}`, strategy: 'l2-sp', values: { alpha } })),
  ...[1, 100, 10_000].map((lambda) => ({ name: `EWC, lambda ${lambda}`, strategy: 'ewc', values: { lambda, pictures: 64 } })),
  { name: 'LwF', strategy: 'lwf', values: {} },
  { name: 'rehearsal', strategy: 'rehearsal', values: {} },
];

export async function forgetting({ seeds, only }: { readonly seeds: number; readonly only: string | undefined }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-bench-'));
  try {
    const blobs = openBlobs(join(folder, 'blobs'));
    if (only === undefined || only === 'sites') await sites(folder, blobs, seeds);
    if (only === undefined || only === 'imagenet') await imagenet(blobs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Site A is learned, then site B; three in ten subjects of each site are held out for the scores, three in twenty for validation. */
async function sites(folder: string, blobs: Blobs, seeds: number): Promise<void> {
  const pictures = 300, size = 96;
  await drawSample(join(folder, 'drawn'), { seed: 1, pictures });
  const rows: string[][] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const of: Record<'A' | 'B', JobImage[]> = { A: [], B: [] };
    const planned = planSample(1, pictures);
    const partitions = new Map((['A', 'B'] as const).flatMap((site) => divided([...new Set(planned.filter(({ subject }) => subject.site === site).map(({ subject }) => subject.id))], seed)));
    for (const { name, cell, subject } of planned) {
      const partition = partitions.get(subject.id)!;
      of[subject.site].push({ id: name, source: { blob: await blobs.put(readFileSync(join(folder, 'drawn', 'pictures', `${name}.jpg`))) }, partition, targets: [classes.indexOf(cell)], group: subject.id });
    }
    const base = await document(blobs, { classes: [...classes], size, seed });
    const parent = await made({ ...base, strategy: 'lp-ft', values: { augmentation: 'none' }, images: learned(of.A) }, blobs);
    const score = async (model: Model, images: readonly JobImage[]) => accuracy(base, model, images.filter(({ partition }) => partition === 'test'), blobs);
    const before = { a: await score(parent, of.A), b: await score(parent, of.B) };
    const start = {
      weights: { ...base.weights, delta: parent.delta },
      parent: { id: 'a', name: 'site A', folder: '', project: 'site A', task: 'classification', classes: [...classes], dataset: '0'.repeat(64), delta: parent.delta, head: parent.head, images: learned(of.A) },
    } as const;
    let plain: number | null = null;
    for (const { name, strategy, values } of arms) {
      const model = await made({ ...base, weights: { ...start.weights }, parent: { ...start.parent, classes: [...classes], images: [...start.parent.images] }, strategy, values: { ...common, learningRate: 0.02, epochs: 10, ...values }, images: learned(of.B) }, blobs);
      const [a, b] = [await score(model, of.A), await score(model, of.B)];
      plain ??= b;
      rows.push([String(seed), name, `${share(before.a)} -> ${share(a)}`, `${share(before.b)} -> ${share(b)}`, percent(a / before.a), percent(b / plain), a / before.a >= 0.9 && b / plain >= 0.95 ? 'both' : '']);
      console.log(rows.at(-1)!.join('  '));
    }
  }
  console.log(`\n${table(['seed', 'method', 'old site, held out', 'new site, held out', 'of the old score', 'of the plain new score', '>= 90 % and >= 95 %'], rows).join('\n')}\n`);
}

/** Partition of each subject, drawn. */
function divided(subjects: readonly string[], seed: number): (readonly [string, Partition])[] {
  return Array.from(stream(seed, 'subjects').permutation(0, subjects.length), (at, place) => [subjects[at]!, place < 0.3 * subjects.length ? 'test' : place < 0.45 * subjects.length ? 'validation' : 'train'] as const);
}

/** BreastMNIST is learned; what the ImageNet classifier then still says of ants and bees. */
async function imagenet(blobs: Blobs): Promise<void> {
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
  const base = await document(blobs, { classes: names, size, seed: 1 });
  const shown = (['ants', 'bees'] as const).flatMap((kind) => readdirSync(join(insects, kind)).filter((file) => file.endsWith('.jpg')).map((file) => ({ kind, file: join(insects, kind, file) })));
  const insectScore = async (delta: string | null) => {
    const answers = await imagenetAnswers({ ...base, weights: { ...base.weights, delta } }, shown.map(({ file }) => file), blobs);
    return answers.filter((answer, i) => answer === (shown[i]!.kind === 'ants' ? 310 : 309)).length / shown.length; // torchvision's order of the classes
  };
  const before = await insectScore(null);
  console.log(`ImageNet's classifier is right on ${share(before)} of ${shown.length} ants and bees at ${size} px before.`);
  const rows: string[][] = [];
  for (const { name, strategy, values } of arms.filter((arm) => arm.strategy !== 'rehearsal')) {
    const model = await made({ ...base, strategy, values: { ...common, learningRate: 0.01, epochs, ...values }, images: learned(images) }, blobs);
    const after = await insectScore(model.delta);
    rows.push([name, share(after), percent(after / before), share(await accuracy(base, model, images.filter(({ partition }) => partition === 'test'), blobs))]);
    console.log(rows.at(-1)!.join('  '));
  }
  console.log(`\n${table(['method', 'ants and bees after', 'of before', 'breast, test accuracy'], rows).join('\n')}\n`);
}

async function document(blobs: Blobs, { classes: names, size, seed }: { readonly classes: string[]; readonly size: number; readonly seed: number }): Promise<TrainDocument> {
  const weights = await locateWeights('tf_efficientnet_lite0.in1k', { home: homeFolder(), resources: resourcesFolder });
  return {
    kind: 'train', protocol: PROTOCOL, jobId: 'bench', runId: 'bench', blobs: blobs.folder, home: homeFolder(), backbone: 'tf_efficientnet_lite0', weights: { base: weights.path, baseSha256: weights.sha256, delta: null }, classes: names,
    preprocessing: { ...weights.preprocessing!, size: [size, size] }, threads: availableParallelism(), precision: 'float32', engine: 'auto', seed,
    task: 'classification', strategy: 'fine-tune', values: {}, dataset: '', images: [], resume: null, resumeEngine: null,
  };
}

const learned = (images: readonly JobImage[]) => images.filter(({ partition }) => partition !== 'test');
const percent = (value: number) => `${Math.round(100 * value)} %`;

async function made(run: TrainDocument, blobs: Blobs): Promise<Model> {
  let model: Model | null = null;
  await train(run, { blobs, stopRequested: () => false, send: (message) => { if (message.type === 'model') model = message.model; } });
  if (model === null) throw new Error('the run made no model');
  return model;
}

async function accuracy(base: TrainDocument, model: Model, images: readonly JobImage[], blobs: Blobs): Promise<number> {
  const { kind: _, runId: __, strategy: ___, values: ____, dataset: _____, resume: ______, resumeEngine: _______, ...shared } = base;
  const asked: PredictDocument = { ...shared, kind: 'predict', weights: { ...base.weights, delta: model.delta }, head: model.head, images: [...images] };
  const found = await predictPictures(asked, blobs, { tell: () => undefined, stopRequested: () => false });
  return found.filter(({ probabilities }, i) => probabilities !== null && probabilities.indexOf(Math.max(...probabilities)) === images[i]!.targets[0]).length / images.length;
}
