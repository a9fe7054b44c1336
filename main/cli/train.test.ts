// `train` and `lr-find` beyond one class per picture and one project: several labels at once, and a model that goes on elsewhere.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { foveaDocument, foveaJson, runFovea } from '../../build/fovea-process.ts';
import { encodePng } from '../images/index.ts';
import { stream } from '../random.ts';

let work = '', pictures = '';
const bars = ['red', 'green'] as const;

/** Noise with a bar of red, one of green, or both. */
before(async () => {
  work = mkdtempSync(join(tmpdir(), 'fovea-train-'));
  pictures = join(work, 'pictures');
  for (const folder of ['pictures', 'onnx', 'timm']) mkdirSync(join(work, folder));
  const rows = ['path,class'];
  for (let i = 0; i < 48; i++) {
    const random = stream(3, `picture/${i}`), marks = [i % 3 !== 0, i % 3 !== 1];
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => {
      const column = Math.floor(at / 3) % 64, channel = at % 3;
      const inBar = channel < 2 && marks[channel] && column >= 8 + 30 * channel && column < 24 + 30 * channel;
      return Math.floor(inBar ? 220 : 60 + 60 * random.uniform(at));
    });
    writeFileSync(join(pictures, `${i}.png`), await encodePng({ width: 64, height: 64, channels: 3, data }));
    rows.push(...bars.filter((_, channel) => marks[channel]).map((bar) => `${i}.png,${bar}`));
  }
  writeFileSync(join(work, 'labels.csv'), rows.join('\n'));
});
after(() => rmSync(work, { recursive: true, force: true }));

test('pictures with several labels each are trained on, evaluated, predicted and exported', async (t) => {
  const project = join(work, 'several');
  await foveaJson('create', project, '--task', 'multilabel');
  const imported = await foveaDocument<{ imported: number; classes: string[] }>('import', project, pictures, '--labels', join(work, 'labels.csv'));
  assert.deepEqual([imported.imported, imported.classes.toSorted()], [48, ['green', 'red']]);
  await foveaJson('split', project);
  const set = ['stages=1', 'hidden=64', 'epochs=4', 'learningRate=0.01'].flatMap((value) => ['--set', value]);
  const { modelId } = (await foveaJson('train', project, '--strategy', 'last-stages', ...set)).at(-1) as { modelId: string };
  const evaluation = await foveaDocument<{ auc: number }>('evaluate', project, '--model', modelId, '--on', 'test');
  t.diagnostic(`AUC ${evaluation.auc}`);
  assert.ok(evaluation.auc > 0.8, `${evaluation.auc}`);
  const { predictions } = await foveaDocument<{ predictions: { probabilities: Readonly<Record<string, number>> }[] }>('predict', project, join(pictures, '3.png'), '--model', modelId);
  assert.deepEqual(Object.keys(predictions[0]!.probabilities).toSorted(), [...bars].toSorted());
  for (const [format, file] of [['onnx', 'model.onnx'], ['timm', 'model.safetensors']] as const) {
    const exported = await foveaDocument<{ selfTest: { maxDifference: number } }>('export', project, '--model', modelId, '--format', format, '--out', join(work, format, file));
    assert.ok(exported.selfTest.maxDifference <= 1e-4);
  }
});

test('a model begins a run of another kind in another project, and a rate is found for it', async () => {
  const first = join(work, 'several'), second = join(work, 'single');
  const { models } = await foveaDocument<{ models: { id: string }[] }>('models', first);
  await foveaJson('create', second, '--task', 'classification');
  const rows = Array.from({ length: 48 }, (_, i) => `${i}.png,${i % 3 === 2 ? 'both' : 'one'}`);
  writeFileSync(join(work, 'single.csv'), ['path,class', ...rows].join('\n'));
  await foveaJson('import', second, pictures, '--labels', join(work, 'single.csv'));
  await foveaJson('split', second);
  const begin = ['--parent', `${first}#${models[0]!.id}`, '--strategy', 'last-stages', '--set', 'stages=1'];
  const sweep = await foveaDocument<{ points: { rate: number; smoothed: number }[]; suggested: number | null; end: string }>('lr-find', second, ...begin);
  assert.ok(sweep.suggested !== null && sweep.suggested > 1e-5 && sweep.suggested <= 1, String(sweep.suggested));
  assert.ok(sweep.points.length > 20 && sweep.points.every(({ smoothed }) => Number.isFinite(smoothed)));
  const events = await foveaJson('train', second, ...begin, '--set', 'epochs=2', '--set', `learningRate=${sweep.suggested}`);
  assert.equal(events.at(-1)?.['type'], 'finished');
  const listed = await foveaDocument<{ models: { parentModel: { id: string; task: string; classes: string[] } }[] }>('models', second);
  assert.deepEqual([listed.models[0]!.parentModel.id, listed.models[0]!.parentModel.task, listed.models[0]!.parentModel.classes.toSorted()], [models[0]!.id, 'multilabel', [...bars].toSorted()]);
  const none = await runFovea(['lr-find', second, '--strategy', 'knn', '--json']);
  assert.deepEqual([none.code, /fits its head at once/.test(none.stderr)], [1, true]);
  assert.equal((await runFovea(['train', second, '--parent', first])).code, 2, 'a project without a model is no parent');
});
