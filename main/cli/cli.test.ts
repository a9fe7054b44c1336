import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { foveaDocument, foveaJson, runFovea } from '../../build/fovea-process.ts';
import { drawSample } from '../sample/index.ts';

let work = '', pictures = '';
before(async () => {
  work = mkdtempSync(join(tmpdir(), 'fovea-cli-'));
  pictures = join(work, 'pictures');
  await drawSample(pictures, { seed: 1, pictures: 48 });
});
after(() => rmSync(work, { recursive: true, force: true }));

const error = (stderr: string) => (JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { error: { code: string; message: string } }).error;

test('wrong usage ends with 2, a failure with 1, and --json gives the error as a document', async () => {
  assert.equal((await runFovea(['train'])).code, 2);
  assert.equal((await runFovea(['fly', '--json'])).code, 2);
  const missing = await runFovea(['status', join(work, 'nowhere'), '--json']);
  assert.equal(missing.code, 1);
  assert.equal(error(missing.stderr).code, 'not-found');
  assert.equal(missing.stdout, '');
});

test('doctor, backbones and strategies answer without a project', async () => {
  const doctor = await foveaDocument<{ engines: { id: string; available: boolean; reason: string | null }[]; chosen: string; node: string }>('doctor');
  assert.deepEqual(doctor.engines.map(({ id }) => id).sort(), ['onnx', 'tensorflow', 'wasm']);
  assert.ok(doctor.engines.every(({ available, reason }) => available || reason), 'an engine that is not available says why');
  assert.ok(doctor.node.startsWith('v24') || doctor.node.startsWith('24'));
  const { backbones } = await foveaDocument<{ backbones: { parameters: number; features: number; weights: { embedded: boolean; license: string }[] }[] }>('backbones', '--id', 'tf_efficientnet_lite0');
  assert.equal(backbones[0]?.parameters, 4_652_008);
  assert.equal(backbones[0]?.features, 1280);
  assert.ok(backbones[0]?.weights.some(({ embedded, license }) => embedded && /apache/i.test(license)));
  const { strategies } = await foveaDocument<{ strategies: { id: string; params: { id: string; default: unknown }[] }[] }>('strategies');
  for (const id of ['feature-extraction', 'lp-ft', 'fine-tune', 'from-scratch', 'knn']) assert.ok(strategies.some((strategy) => strategy.id === id), id);
});

test('from pictures to predictions and exports through the command line', async () => {
  const project = join(work, 'main-job');
  const created = await foveaDocument<{ project: { name: string; task: string } }>('create', project, '--name', 'Cells');
  assert.deepEqual([created.project.name, created.project.task], ['Cells', 'classification']);
  const labels = join(pictures, 'labels.csv');
  const read = ['--labels', labels, '--subject', `csv:${labels}`, '--site', `csv:${labels}`];
  const imported = await foveaDocument<{ imported: number; classes: string[]; subjects: number; rejected: unknown[] }>('import', project, pictures, ...read);
  assert.equal(imported.imported, 48);
  assert.equal(imported.classes.length, 3);
  const again = await foveaDocument<{ imported: number; known: number }>('import', project, pictures, ...read);
  assert.deepEqual([again.imported, again.known], [0, 48]);

  const split = await foveaDocument<{ train: number; validation: number; test: number; subjectsShared: number }>('split', project, '--seed', '3');
  assert.equal(split.train + split.validation + split.test, 48);
  assert.equal(split.subjectsShared, 0);

  const events = await foveaJson('train', project, '--strategy', 'feature-extraction');
  assert.deepEqual([events[0]?.['type'], events.at(-1)?.['type']], ['plan', 'finished']);
  const { modelId, runId } = events.at(-1) as { modelId: string; runId: string };

  const evaluation = await foveaDocument<{ n: number; accuracy: number; confusion: number[][]; look: number; intervals: { accuracy: [number, number] } }>('evaluate', project, '--model', modelId, '--on', 'test');
  assert.equal(evaluation.n, split.test);
  assert.equal(evaluation.confusion.flat().reduce((a, b) => a + b, 0), split.test);
  assert.equal(evaluation.look, 1);
  assert.ok(evaluation.intervals.accuracy[0] <= evaluation.accuracy && evaluation.accuracy <= evaluation.intervals.accuracy[1]);

  const csv = join(work, 'predictions.csv');
  const { predictions } = await foveaDocument<{ predictions: { path: string; class: string; probabilities: Record<string, number> }[] }>('predict', project, pictures, '--out', csv);
  assert.ok(predictions.length >= 48);
  for (const { probabilities } of predictions) assert.ok(Math.abs(Object.values(probabilities).reduce((a, b) => a + b, 0) - 1) < 1e-5);
  assert.equal(readFileSync(csv, 'utf8').trim().split('\n').length, predictions.length + 1);

  const onnx = await foveaDocument<{ files: { path: string; bytes: number }[]; selfTest: { maxDifference: number; n: number } }>('export', project, '--format', 'onnx', '--out', join(work, 'model.onnx'));
  assert.ok(onnx.files.some(({ bytes }) => bytes > 1e6));
  assert.ok(onnx.selfTest.maxDifference < 1e-4 && onnx.selfTest.n > 0);

  const { runs } = await foveaDocument<{ runs: { id: string; status: string }[] }>('runs', project);
  assert.deepEqual(runs.map(({ id, status }) => [id, status]), [[runId, 'finished']]);
  const { models } = await foveaDocument<{ models: { id: string }[] }>('models', project);
  assert.deepEqual(models.map(({ id }) => id), [modelId]);
  const status = await foveaDocument<{ images: number; labelled: number; runs: number }>('status', project);
  assert.deepEqual([status.images, status.labelled, status.runs], [48, 48, 1]);
});

test('bad input ends in a clear sentence and stops nothing', async () => {
  const project = join(work, 'bad-input'), folder = join(work, 'odd');
  await foveaJson('create', project);
  mkdirSync(folder);
  const empty = await runFovea(['import', project, folder, '--json']);
  assert.equal(empty.code, 1);
  assert.equal(error(empty.stderr).code, 'refused');

  const [first = ''] = readFileSync(join(pictures, 'labels.csv'), 'utf8').split('\n').slice(1).map((line) => line.split(',')[0]?.replaceAll('"', ''));
  const good = readFileSync(join(pictures, first));
  const names = ['it\'s "quoted".png', 'emoji 🔬.png', 'two\nlines.png', '\u202egnp.rtl.png', '=formula.png'];
  for (const name of names) {
    mkdirSync(join(folder, 'class <b>x'), { recursive: true });
    writeFileSync(join(folder, 'class <b>x', name), good);
  }
  writeFileSync(join(folder, 'notes.txt'), 'no picture');
  writeFileSync(join(folder, 'class <b>x', 'empty.png'), '');
  writeFileSync(join(folder, 'class <b>x', 'truncated.png'), good.subarray(0, good.length >> 1));
  writeFileSync(join(folder, 'class <b>x', 'huge.png'), hugePng(50_000, 50_000));
  const report = await foveaDocument<{ imported: number; duplicates: unknown[]; rejected: { path: string; code: string; message: string }[]; classes: string[] }>('import', project, folder);
  assert.equal(report.imported, names.length);
  assert.equal(report.duplicates.length, names.length - 1);
  assert.deepEqual(report.classes, ['class <b>x']);
  for (const name of ['empty.png', 'truncated.png', 'huge.png']) assert.ok(report.rejected.some(({ path, message }) => path.endsWith(name) && message.length > 10), name);

  const oneClass = await runFovea(['train', project, '--json']);
  assert.equal(oneClass.code, 1);
  assert.equal(error(oneClass.stderr).code, 'refused');
  assert.match(error(oneClass.stderr).message, /class/);

  const wrongWeights = await runFovea(['train', project, '--weights', join(folder, 'notes.txt'), '--json']);
  assert.equal(wrongWeights.code, 1);
});

/** A PNG whose header promises more pixels than anyone has memory for. */
function hugePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(33);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(header);
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  header.set([1, 0, 0, 0, 0], 24);
  return header;
}
