// Exported models say what the engine says, carry all that a stranger needs, and never take the place of something else.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import type { JobMessage } from '#contract/jobs.ts';
import { ExportDocument, PROTOCOL } from '#contract/jobs.ts';
import { openBlobs } from '../blobs/index.ts';
import { INPUT_NAME, openSession } from '../engines/onnx/index.ts';
import { homeFolder, resourcesFolder } from '../home.ts';
import { encodePng } from '../images/index.ts';
import { deltaFile, modelValues } from '../learning/model.ts';
import { networkOf } from '../learning/plan.ts';
import { initialValues, parameters } from '../nets/index.ts';
import { stream } from '../random.ts';
import type { Tensor } from '../tensor.ts';
import { locateWeights, readSafetensors } from '../weights/index.ts';
import { exportModel } from './index.ts';
import { largestDifference, selfTest, TOLERANCE } from './self-test.ts';

const scratch = mkdtempSync(join(tmpdir(), 'fovea-exports-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
const blobs = openBlobs(join(scratch, 'blobs'));
const random = stream(1, 'exports');

/** Three pictures that can be read and one that cannot. */
const images = await Promise.all([0, 1, 2, 3].map(async (i) => {
  const data = Uint8Array.from({ length: 80 * 100 * 3 }, (_, at) => random.integer(i * 24000 + at, 256));
  const blob = await blobs.put(i === 3 ? Buffer.from('no picture') : await encodePng({ width: 100, height: 80, channels: 3, data }));
  return { id: `picture-${i}`, source: { blob }, partition: null, targets: [], group: String(i) };
}));

const preprocessing = { size: [64, 64] as [number, number], channels: 3, cropShare: 0.875, interpolation: 'bicubic' as const, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const classes = ['ant', 'bee "b"', 'none'];

/** A fine-tuned model on the embedded backbone: its head and one batch norm are its own. */
async function documentFor(out: string, changes: Partial<ExportDocument> = {}): Promise<ExportDocument> {
  const network = networkOf({ backbone: 'tf_efficientnet_lite0', classes, preprocessing });
  const drawn = initialValues(network, 3, { head: 'uniform' });
  const delta = new Map([...drawn].filter(([name]) => name.startsWith('classifier.') || name.startsWith('bn2.')));
  const base = await locateWeights('tf_efficientnet_lite0.in1k', { home: homeFolder(), resources: resourcesFolder });
  return ExportDocument.parse({
    kind: 'export', protocol: PROTOCOL, jobId: 'j', blobs: blobs.folder, home: homeFolder(), backbone: 'tf_efficientnet_lite0', task: 'classification',
    weights: { base: base.path, baseSha256: base.sha256, delta: await blobs.put(deltaFile(delta, 'tf_efficientnet_lite0')) },
    classes, preprocessing, threads: 2, precision: 'float32', engine: 'auto', seed: 1, head: { kind: 'linear' }, format: 'onnx', out, images,
    card: { name: 'a model', dataset: 'f'.repeat(64), fovea: '9.9.9', parent: { weights: 'tf_efficientnet_lite0.in1k', sha256: base.sha256, license: base.license } },
    ...changes,
  });
}

async function run(document: ExportDocument, stopRequested = () => false) {
  const messages: JobMessage[] = [];
  await exportModel(document, { send: (message) => messages.push(message), stopRequested, blobs });
  const [exported] = messages.filter((message) => message.type === 'exported');
  assert.ok(exported);
  return exported;
}

/** What the tests look at in a card. */
const Card = z.object({
  use: z.string(), classes: z.array(z.string()), backbone: z.string(), fovea: z.string(), open: z.array(z.string()),
  parent: z.object({ license: z.string() }), file: z.object({ sha256: z.string() }), input: z.object({ shape: z.array(z.union([z.string(), z.number()])) }),
  selfTest: z.object({ maxDifference: z.number(), n: z.number(), on: z.string() }),
});
const card = (path: string) => Card.parse(JSON.parse(readFileSync(path, 'utf8')));
const folder = (name: string) => {
  mkdirSync(join(scratch, name));
  return join(scratch, name);
};
const is = (code: string, key: string) => (error: unknown) => error instanceof StudioError && error.code === code && error.key === key;
const noise = (n: number): Tensor => ({ shape: [n, 3, 64, 64], data: Float32Array.from({ length: n * 3 * 64 * 64 }, (_, i) => random.normal(i)) });

test('an ONNX file gives probabilities, and its card says how to use and trust it', async () => {
  const out = join(folder('onnx'), 'model.onnx');
  const { files, selfTest: { maxDifference, n } } = await run(await documentFor(out));
  assert.deepEqual(files.map(({ path }) => path), [out, join(scratch, 'onnx/model.json')]);
  assert.deepEqual(readdirSync(join(scratch, 'onnx')).sort(), ['model.json', 'model.onnx']);
  assert.equal(n, 3);
  assert.ok(maxDifference <= TOLERANCE);
  const facts = card(files[1]!.path);
  assert.deepEqual([facts.classes, facts.backbone, facts.parent.license, facts.fovea, facts.file.sha256], [classes, 'tf_efficientnet_lite0', 'Apache-2.0', '9.9.9', files[0]!.sha256]);
  assert.match(facts.use, /research use only/);
  assert.deepEqual(facts.selfTest, { maxDifference, n: 3, on: 'pictures' });
  assert.deepEqual(facts.input.shape, ['n', 3, 64, 64]);

  const session = await openSession(out, { threads: 1 });
  assert.deepEqual([session.inputs, session.outputs], [[INPUT_NAME], ['probabilities']]);
  const { shape, data } = (await session.run(new Map([[INPUT_NAME, noise(5)]]))).get('probabilities')!;
  await session.close();
  assert.deepEqual(shape, [5, 3]);
  for (let i = 0; i < 5; i++) assert.ok(Math.abs(data.subarray(3 * i, 3 * i + 3).reduce((sum, p) => sum + p, 0) - 1) < 1e-6);
});

test('where a picture may have several classes, each probability stands by itself', async () => {
  const out = join(folder('several'), 'model.onnx');
  await run(await documentFor(out, { task: 'multilabel' }));
  const session = await openSession(out, { threads: 1 });
  const { data } = (await session.run(new Map([[INPUT_NAME, noise(1)]]))).get('probabilities')!;
  await session.close();
  assert.ok(data.every((p) => p > 0 && p < 1) && Math.abs(data.reduce((sum, p) => sum + p, 0) - 1) > 1e-3);
});

test('a timm state dict holds every parameter and statistic bit for bit, and names how it is opened', async () => {
  const document = await documentFor(folder('timm'), { format: 'timm' });
  const { files, selfTest: { maxDifference } } = await run(document);
  assert.ok(maxDifference <= TOLERANCE);
  assert.deepEqual(files.map(({ path }) => path), [join(scratch, 'timm/model.safetensors'), join(scratch, 'timm/model.json')]);
  const network = networkOf(document);
  const { tensors } = readSafetensors(readFileSync(files[0]!.path));
  assert.deepEqual([...tensors].map(([name, { shape }]) => `${name} ${shape}`).sort(), parameters(network).map(({ name, shape }) => `${name} ${shape}`).sort());
  for (const [name, { data }] of await modelValues(document.weights, network, blobs)) assert.deepEqual(tensors.get(name)!.data, data, name);
  assert.ok(card(files[1]!.path).open.includes('model = timm.create_model("tf_efficientnet_lite0", num_classes=3, in_chans=3)'));
});

test('a head with hidden layers goes into both formats; timm gets it in the place of its classifier', async () => {
  const head: ExportDocument['head'] = { kind: 'hidden', units: [16, 8] };
  const network = networkOf({ backbone: 'tf_efficientnet_lite0', classes, preprocessing, head });
  const own = [...initialValues(network, 5, { head: 'uniform' })].filter(([name]) => name.startsWith('classifier.'));
  const { weights } = await documentFor(scratch);
  const changes = { head, weights: { ...weights, delta: await blobs.put(deltaFile(new Map(own), 'tf_efficientnet_lite0')) } };
  const { selfTest: { maxDifference } } = await run(await documentFor(join(folder('hidden-onnx'), 'model.onnx'), changes));
  assert.ok(maxDifference <= TOLERANCE);
  const { files } = await run(await documentFor(folder('hidden-timm'), { ...changes, format: 'timm' }));
  const { tensors } = readSafetensors(readFileSync(files[0]!.path));
  for (const [name, { data }] of own) assert.deepEqual(tensors.get(name)!.data, data, name);
  assert.ok(card(files[1]!.path).open.includes('model.classifier = Sequential(Linear(model.num_features, 16), ReLU(), Linear(16, 8), ReLU(), Dropout(0), Linear(8, 3))'));
});

test('the same export twice is the same files; anything else that lies there is left alone', async () => {
  const out = join(folder('twice'), 'model.onnx');
  const first = await run(await documentFor(out));
  assert.deepEqual(await run(await documentFor(out)), first);
  const before = readFileSync(out);
  await assert.rejects(run(await documentFor(out, { classes: ['ant', 'bee', 'other'] })), is('conflict', 'export.exists'));
  assert.deepEqual(readFileSync(out), before);
  writeFileSync(join(scratch, 'twice/other.json'), 'mine');
  await assert.rejects(run(await documentFor(join(scratch, 'twice/other.onnx'))), is('conflict', 'export.exists'));
  assert.equal(readFileSync(join(scratch, 'twice/other.json'), 'utf8'), 'mine');
  assert.deepEqual(readdirSync(join(scratch, 'twice')).sort(), ['model.json', 'model.onnx', 'other.json']);
});

test('a model that no network file can hold is refused before anything is written', async () => {
  const place = folder('refused');
  await assert.rejects(run(await documentFor(place, { head: { kind: 'knn', blob: 'f'.repeat(64), neighbours: 5 } })), is('refused', 'export.knn'));
  await assert.rejects(run(await documentFor(place, { task: 'segmentation', format: 'timm' })), is('refused', 'export.segmentation'));
  const mobilenet = networkOf({ backbone: 'tf_mobilenetv1_025', classes, preprocessing });
  const delta = await blobs.put(deltaFile(initialValues(mobilenet, 1, { head: 'uniform' }), 'tf_mobilenetv1_025'));
  await assert.rejects(run(await documentFor(place, { backbone: 'tf_mobilenetv1_025', format: 'timm', weights: { base: null, baseSha256: null, delta } })), is('refused', 'export.not-in-timm'));
  writeFileSync(join(place, 'notes.txt'), '');
  await assert.rejects(run(await documentFor(join(place, 'notes.txt'))), is('invalid', 'export.ending'));
  assert.deepEqual(readdirSync(place), ['notes.txt']);
});

test('an export that is stopped leaves nothing behind', async () => {
  const place = folder('stopped');
  let asked = 0;
  await assert.rejects(run(await documentFor(place), () => asked++ === 2), is('cancelled', 'export.stopped'));
  assert.deepEqual(readdirSync(place), []);
});

test('without a readable picture the check runs on noise and says so', async () => {
  const { files, selfTest: { n } } = await run(await documentFor(folder('noise'), { images: images.slice(3) }));
  assert.equal(n, 4);
  assert.equal(card(files[1]!.path).selfTest.on, 'noise');
});

test('a file that says something else, or nothing, fails its check', async () => {
  const document = await documentFor(scratch);
  const network = networkOf(document), values = await modelValues(document.weights, network, blobs);
  for (const probabilities of [[0.2, 0.3, 0.5], [NaN, 0.5, 0.5], [1]]) {
    await assert.rejects(selfTest(document, network, values, async ({ shape }) => Array.from({ length: shape[0]! }, () => probabilities)), is('engine', 'export.differs'));
  }
  assert.equal(largestDifference([[0.1, 0.9]], [[0.25, 0.75]]), 0.15000000000000002);
});
