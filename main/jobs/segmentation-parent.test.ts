// A classifier's backbone as the encoder of a U-Net, and a U-Net's encoder as the backbone of a classifier: with real job processes, to the bit.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { RunOptions } from '#contract/runs.ts';
import { createProject, evaluations, intakeStore, model, run } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { imageRow } from '../db/testing/rows.ts';
import { encodePng } from '../images/index.ts';
import { encode } from '../masks/index.ts';
import { stream } from '../random.ts';
import type { TensorMap } from '../tensor.ts';
import { readSafetensors } from '../weights/index.ts';
import { startEvaluation } from './evaluate.ts';
import { realProject, withRunner } from './testing/real-project.ts';
import type { RealProject } from './testing/real-project.ts';
import { prepareRun } from './train-document.ts';
import { planRun, startRun } from './train.ts';

const side = 48, backbone = 'cbr_tiny', encoder = 'encoder.';
let classes: RealProject, masks: Omit<RealProject, 'pictures'>;

before(async () => {
  classes = await realProject(16);
  const folder = mkdtempSync(join(tmpdir(), 'fovea-encoders-'));
  const project = await createProject(join(folder, 'project'), { name: 'Squares', task: 'segmentation' });
  const rows = [], marks = [];
  for (let i = 0; i < 6; i++) {
    const draw = stream(i, 'squares'), x = 4 + draw.integer(0, 24), y = 4 + draw.integer(1, 24);
    const bits = Uint8Array.from({ length: side * side }, (_, p) => (p % side >= x && p % side < x + 16 && Math.floor(p / side) >= y && Math.floor(p / side) < y + 16 ? 1 : 0));
    const data = Uint8Array.from({ length: 3 * side * side }, (_, k) => (bits[Math.floor(k / 3)] ? 190 : 60) + 30 * draw.uniform(10 + k));
    rows.push(imageRow(`p${i}`, { path: `p${i}.png`, sha256: await project.blobs.put(await encodePng({ width: side, height: side, channels: 3, data })), width: side, height: side }));
    marks.push({ imageId: `p${i}`, className: 'square', geometry: encode(bits, side, side) });
  }
  intakeStore(project.db).write({ pictures: rows, completions: [], duplicates: [], marks, reader: null });
  masks = withRunner(project, folder);
});
after(async () => {
  await classes.remove();
  await masks.remove();
});

/** Trains, and gives the model's id. */
async function trained({ runner, project, ended }: Pick<RealProject, 'runner' | 'project' | 'ended'>, options: Partial<RunOptions>): Promise<string> {
  const { runId, jobId } = await startRun(runner, project, RunOptions.parse({ backbone, threads: 1, ...options }));
  const { status, error } = await ended(jobId);
  assert.equal(status, 'finished', error?.message);
  return run(project.db, runId).modelId ?? '';
}

const tensorsOf = async ({ db, blobs }: Project, id: string): Promise<TensorMap> => readSafetensors(await blobs.get(model(db, id).delta)).tensors;
/** Those of the second model that the first one has under another name, all of them bit for bit the same. */
function shared(first: TensorMap, second: TensorMap, nameIn: (name: string) => string): string[] {
  const both = [...second.keys()].filter((name) => first.has(nameIn(name)));
  for (const name of both) assert.deepEqual(second.get(name)!.data, first.get(nameIn(name))!.data, name);
  return both;
}

test('a classifier is the encoder of a U-Net, whose encoder is the backbone of a classifier, and nothing of it changes while it is frozen', async () => {
  const classifier = await trained(classes, { weights: 'none', strategy: 'from-scratch', values: { epochs: 1, augmentation: 'none', batchSize: 8 } });
  const classified = await tensorsOf(classes.project, classifier), { folder } = classes.project.record;
  assert.ok(classified.size > 10);

  const parent = { folder, modelId: classifier };
  const plan = await planRun(masks.runner, masks.project, RunOptions.parse({ parent, strategy: 'feature-extraction', values: { tile: 64 } }));
  assert.deepEqual([plan.backbone, plan.warnings.filter((text) => text.includes('random'))], [backbone, []], 'the model says which encoder, and it is not random');
  const unet = await trained(masks, { parent, backbone: 'resnet18', strategy: 'feature-extraction', values: { tile: 64, epochs: 2, batchSize: 2, views: 0, augmentation: 'none' } });
  const segmenter = await tensorsOf(masks.project, unet), own = shared(classified, segmenter, (name) => name.replace(encoder, ''));
  assert.ok(own.length > 10 && own.every((name) => name.startsWith(encoder)), 'the whole backbone, batch statistics included');
  assert.ok([...segmenter.keys()].some((name) => name.startsWith('decoder.')));
  assert.equal(model(masks.project.db, unet).record.parentModel?.id, classifier);
  assert.equal((await masks.ended(startEvaluation(masks.runner, masks.project, unet, 'validation'))).status, 'finished', 'the model opens');
  assert.ok((evaluations(masks.project.db, unet)[0]?.segmentation?.n ?? 0) > 0);

  const back = { folder: masks.project.record.folder, modelId: unet };
  const { document: { preprocessing } } = await prepareRun(classes.runner.platform, classes.project, RunOptions.parse({ parent: back, strategy: 'feature-extraction' }));
  assert.deepEqual([preprocessing.tiles, preprocessing.size], [undefined, model(classes.project.db, classifier).record.preprocessing.size], 'pictures are framed again, not cut into tiles');
  const again = await trained(classes, { parent: back, strategy: 'last-stages', values: { stages: 1, epochs: 1, batchSize: 8, augmentation: 'none' } });
  const reclassified = await tensorsOf(classes.project, again), kept = shared(segmenter, reclassified, (name) => encoder + name);
  assert.ok(kept.length >= own.length - 1, `${kept.length} tensors of the encoder`);
});

test('a U-Net that begins with one for the same classes goes on with its head, and a U-Net without a backbone is no classifier', async () => {
  const first = await trained(masks, { backbone: 'unet_16', weights: 'none', strategy: 'from-scratch', values: { tile: 64, epochs: 1, batchSize: 2, augmentation: 'none' } });
  const parent = { folder: null, modelId: first };
  // So low a rate that float32 keeps the head where it was, to some digits.
  const second = await trained(masks, { parent, strategy: 'fine-tune', values: { tile: 64, epochs: 1, batchSize: 2, augmentation: 'none', learningRate: 1e-7, weightDecay: 0 } });
  const [old, young] = [await tensorsOf(masks.project, first), await tensorsOf(masks.project, second)].map((tensors) => tensors.get('head.weight')!.data) as [Float32Array, Float32Array]; // two in, two out
  assert.ok(old.every((value, i) => Math.abs(value - young[i]!) < 1e-5));
  await assert.rejects(planRun(classes.runner, classes.project, RunOptions.parse({ parent: { folder: masks.project.record.folder, modelId: first } })), { code: 'refused', key: 'run.parent-without-classifier' });
});
