// Models as the start of runs in other projects: what is copied, what is recorded, and what stays untouched.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RunOptions } from '#contract/runs.ts';
import { evaluations, liveBlobs, model, models, run } from '../db/index.ts';
import { startEvaluation } from './evaluate.ts';
import { chooseParent } from './parent.ts';
import { realProject } from './testing/real-project.ts';
import { planRun, startRun } from './train.ts';

const parent = await realProject(16), child = await realProject(16);
let parentIsThere = true;
after(async () => { if (parentIsThere) await parent.remove(); await child.remove(); });

/** Every file of a folder with the hash of its content. */
const traceOf = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
  .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`);

test('a run begins with a model of another project, which stays as it was and may then be gone', async () => {
  const { folder } = parent.project.record;
  const begun = await startRun(parent.runner, parent.project, RunOptions.parse({ strategy: 'fine-tune', values: { epochs: 1, augmentation: 'none' }, threads: 1 }));
  assert.equal((await parent.ended(begun.jobId)).status, 'finished');
  const [made] = models(parent.project.db);
  assert.ok(made);
  await parent.runner.close();
  parent.project.close();
  const before = traceOf(folder);

  const options = RunOptions.parse({ strategy: 'feature-extraction', parent: { folder, modelId: made.id }, backbone: 'resnet18', threads: 1 });
  assert.equal((await planRun(child.runner, child.project, options)).backbone, 'tf_efficientnet_lite0', 'the model says which backbone');
  const { runId, jobId } = await startRun(child.runner, child.project, options);
  const job = await child.ended(jobId);
  assert.equal(job.status, 'finished', job.error?.message);
  assert.deepEqual(traceOf(folder), before);
  const { parentModel: { images } } = await chooseParent(child.project, { folder, modelId: made.id });
  assert.deepEqual([...new Set(images.map(({ partition }) => partition))].sort(), ['train', 'validation'], 'a meter that is read after each epoch never sees the test partition');
  await parent.remove();
  parentIsThere = false;

  const { db, blobs } = child.project;
  const { record } = model(db, run(db, runId).modelId ?? '');
  assert.deepEqual([record.parent, record.parentModel?.id, record.parentModel?.folder, record.parentModel?.classes], [made.parent, made.id, folder, made.classes]);
  for (const blob of [record.parentModel?.delta ?? '', record.parent?.sha256 ?? '']) assert.ok(liveBlobs(db).has(blob) && blobs.has(blob));
  assert.equal((await child.ended(startEvaluation(child.runner, child.project, record.id, 'validation'))).status, 'finished', 'the model opens without the parent\'s project');
  assert.equal(evaluations(db, record.id).length, 1);
});

test('a model of the same project is a parent too; what has no meaning beside one is refused', async () => {
  const [own] = models(child.project.db);
  assert.ok(own);
  const chosen = await chooseParent(child.project, { folder: child.project.record.folder, modelId: own.id });
  assert.deepEqual([chosen.backbone, chosen.weights.delta], [own.backbone, model(child.project.db, own.id).delta]);
  const refused = (changes: Partial<RunOptions>, code: string, key: string) => assert.rejects(startRun(child.runner, child.project, { ...RunOptions.parse({ parent: { folder: null, modelId: own.id } }), ...changes }), { code, key });
  await refused({ weights: 'tf_efficientnet_lite0.in1k' }, 'invalid', 'run.parent-and-weights');
  await refused({ strategy: 'from-scratch' }, 'refused', 'run.parent-from-scratch');
  await refused({ parent: { folder: null, modelId: 'nonesuch' } }, 'not-found', 'model.none');
  await refused({ parent: { folder: '/no/such/project', modelId: own.id } }, 'not-found', 'project.none');
});
