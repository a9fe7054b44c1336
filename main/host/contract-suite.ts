// Tests that hold for every door: whatever link the studio is reached by, each call does what the table says, and nothing else gets in.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { api } from '#contract/api.ts';
import type { CallName, Link } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import type { Push } from '#contract/events.ts';
import { inverse } from '#contract/patch.ts';
import type { JobRecord } from '#contract/records.ts';
import { drawTwoClasses } from './testing/two-classes.ts';
import { goodArguments } from './testing/good-arguments.ts';
import { wrongArguments } from './testing/wrong-arguments.ts';

export interface Door { readonly link: Link; close(): Promise<void> }

const is = (code: string, key?: string) => (error: unknown) => error instanceof StudioError && error.code === code && (key === undefined || error.key === key) && error.message.length > 10;

/**
 * Registers the tests.
 * @param open makes a studio whose home is the folder given, and a link to it
 */
export function contractSuite(name: string, open: (home: string) => Promise<Door>): void {
  describe(`the contract over ${name}`, () => {
    const scratch = mkdtempSync(join(tmpdir(), 'fovea-contract-'));
    const folder = join(scratch, 'project'), pictures = join(scratch, 'pictures'), pushes: Push[] = [];
    let door: Door, projectId = '', imageId = '', modelId = '', runId = '', importJob = '', activationJob = '', exportJob = '', predictJob = '';
    const call: Link['call'] = (...args) => door.link.call(...args);

    /** Waits for the end of a job that a call has started. */
    async function ended(jobId: string): Promise<JobRecord> {
      const { promise, resolve } = Promise.withResolvers<JobRecord>();
      const hear = (push: Push) => { if (push.type === 'job.changed' && push.job.id === jobId && !['queued', 'running'].includes(push.job.status)) resolve(push.job); };
      const silence = door.link.on(hear);
      pushes.forEach(hear);
      return promise.finally(silence);
    }
    async function done(started: Promise<{ jobId: string }>): Promise<string> {
      const { jobId } = await started;
      const { status, error } = await ended(jobId);
      assert.equal(status, 'finished', error?.message);
      return jobId;
    }
    before(async () => {
      await drawTwoClasses(pictures, 24);
      door = await open(join(scratch, 'home'));
      door.link.on((push) => pushes.push(push));
    });
    after(async () => {
      await door.close();
      rmSync(scratch, { recursive: true, force: true });
    });

    test('says what it is and what it can do', async () => {
      assert.match((await call('app.version', {})).version, /^\d+\.\d+\.\d+/);
      const { engines, chosen } = await call('app.doctor', {});
      assert.ok(engines.some(({ id, available }) => id === chosen && available));
      const backbones = await call('backbone.list', {});
      assert.ok(backbones.some(({ id, weights }) => id === 'tf_efficientnet_lite0' && weights.some(({ embedded, present }) => embedded && present)));
      assert.ok((await call('strategy.list', {})).some(({ id }) => id === 'lp-ft'));
    });

    test('makes a project, opens it again as the same one, remembers it, and refuses a second in its place', async () => {
      const made = await call('project.create', { folder, name: 'Two classes', task: 'classification' });
      projectId = made.id;
      assert.deepEqual(await call('project.open', { folder }), made);
      assert.deepEqual((await call('project.recent', {})).map(({ name: title, missing }) => ({ title, missing })), [{ title: 'Two classes', missing: false }]);
      await assert.rejects(call('project.create', { folder, name: 'Again', task: 'classification' }), is('conflict', 'project.exists'));
      await assert.rejects(call('project.open', { folder: join(scratch, 'nowhere') }), is('not-found', 'project.none'));
      assert.ok(pushes.some((push) => push.type === 'project.changed' && push.project.id === projectId));
    });

    test('imports a folder of pictures once, with labels and subjects, and tells while it does', async () => {
      const options = { paths: [pictures], subject: 'regex:^(S\\d+)_' };
      importJob = await done(call('image.import', { projectId, options }));
      const report = await call('image.importReport', { projectId, jobId: importJob });
      assert.deepEqual([report.imported, report.classes, report.subjects, report.rejected], [24, ['blue', 'red'], 12, []]);
      const again = await call('image.importReport', { projectId, jobId: await done(call('image.import', { projectId, options })) });
      assert.deepEqual([again.imported, again.known], [0, 24]);
      assert.ok(pushes.some((push) => push.type === 'images.changed'));
      const ids = await call('image.ids', { projectId, filter: {} });
      imageId = ids[0]!;
      assert.equal(ids.length, 24);
      const [row] = await call('image.rows', { projectId, ids: [imageId] });
      assert.deepEqual([row?.image.format, row?.image.width, row?.annotations.length, row?.partition], ['png', 32, 1, null]);
      assert.equal((await call('image.subjects', { projectId })).length, 12);
      assert.ok(Array.isArray(await call('image.duplicates', { projectId })));
    });

    test('changes data by patches, refuses stale ones, tells the others, and keeps the record', async () => {
      const [first] = await call('class.list', { projectId });
      assert.ok(first);
      const patch = { id: 'recolour', title: 'blue turns green', changes: [{ of: 'class' as const, id: first.id, from: first, to: { ...first, color: 7 } }] };
      const { sequence } = await call('patch.apply', { projectId, patch, reader: 'Dr A', origin: 'window 1' });
      assert.deepEqual(await call('patch.apply', { projectId, patch, reader: 'Dr A', origin: 'window 1' }), { sequence }, 'a request that is sent twice is done once');
      await assert.rejects(call('patch.apply', { projectId, patch: { ...patch, id: 'stale' }, reader: null, origin: null }), is('conflict', 'patch.conflict'));
      const told = pushes.filter((push) => push.type === 'patch.applied');
      assert.deepEqual(told, [{ type: 'patch.applied', projectId, sequence, patch, origin: 'window 1' }]);
      const since = await call('patch.since', { projectId, sequence: sequence - 1 });
      assert.deepEqual([since.sequence, since.patches.map((one) => [one.reader, one.patch])], [sequence, [['Dr A', patch]]]);
      assert.equal((await call('patch.verify', { projectId })).firstBad, null);
      assert.equal((await call('class.list', { projectId }))[0]?.color, 7);
    });

    test('splits by subject', async () => {
      assert.equal(await call('split.current', { projectId }), null);
      const split = await call('split.make', { projectId, options: { validation: 0.25, test: 0.25 } });
      assert.equal(split.subjectsShared, 0);
      assert.deepEqual(await call('split.current', { projectId }), split);
      assert.deepEqual((await call('project.status', { projectId })).split, split.counts);
      assert.ok(pushes.some((push) => push.type === 'split.made'));
      await assert.rejects(call('split.make', { projectId, options: { validation: 0.9, test: 0.9 } }), is('refused', 'split.shares'));
    });

    test('plans and trains, with every event kept in order', async () => {
      const options = { strategy: 'feature-extraction' };
      assert.ok((await call('run.plan', { projectId, options })).counts.train > 0);
      const started = await call('run.start', { projectId, options });
      runId = started.runId;
      const { status, error } = await ended(started.jobId);
      assert.equal(status, 'finished', error?.message);
      const run = await call('run.get', { projectId, runId });
      assert.deepEqual(await call('run.list', { projectId }), [run]);
      const events = await call('run.events', { projectId, runId, after: 0 });
      assert.deepEqual(events.map(({ sequence }) => sequence), events.map(({ sequence }) => sequence).toSorted((a, b) => a - b));
      assert.equal(events.at(-1)?.body.type, 'finished');
      assert.deepEqual(await call('run.events', { projectId, runId, after: events.at(-1)!.sequence - 1 }), events.slice(-1));
      const [model] = await call('model.list', { projectId });
      assert.deepEqual([model?.id, model?.classes], [run.modelId, ['blue', 'red']]);
      modelId = model!.id;
      const [version] = await call('dataset.versions', { projectId });
      assert.equal(version?.hash, run.dataset);
      assert.equal((await call('project.status', { projectId })).datasetVersion, run.dataset);
      await assert.rejects(call('run.resume', { projectId, runId }), is('refused', 'run.done'));
    });

    test('measures a model, counts each look at the test partition, and predicts files from anywhere', async () => {
      for (const look of [1, 2]) {
        await done(call('model.evaluate', { projectId, modelId, partition: 'test' }));
        const record = (await call('model.evaluations', { projectId, modelId })).at(-1);
        assert.deepEqual([record?.partition, record?.look, record?.selection], ['test', look, false]);
        assert.ok(record!.accuracy.value! > 0.9, 'red and blue are easy to tell');
      }
      assert.equal((await call('project.status', { projectId })).testLooks, 2);
      const kept = await call('model.predictions', { projectId, modelId, partition: 'test' });
      assert.ok(kept.length > 0 && kept.every(({ prediction }) => Math.abs(prediction.probabilities.reduce((a, b) => a + b, 0) - 1) < 1e-6)); // sums of a softmax in float32
      predictJob = await done(call('model.predict', { projectId, modelId, paths: [pictures] }));
      const predicted = await call('model.predictReport', { projectId, jobId: predictJob });
      assert.equal(predicted.length, 24);
      assert.ok(predicted.filter(({ path, className }) => path.includes(className)).length >= 22);
    });

    test('proposes classes for pictures without one, and shows where the evidence lies in pictures that were measured', async () => {
      await assert.rejects(call('model.propose', { projectId, modelId }), is('refused', 'proposals.none-open'));
      const rows = await call('image.rows', { projectId, ids: await call('image.ids', { projectId, filter: {} }) }), test = rows.filter(({ partition }) => partition === 'test'), open = rows.filter(({ partition }) => partition === 'train').slice(0, 4);
      const clear = { id: 'clear', title: 'clear', changes: [...open, ...test.slice(0, 1)].flatMap(({ annotations }) => annotations).map((from) => ({ of: 'annotation' as const, id: from.id, from, to: null })) };
      await call('patch.apply', { projectId, patch: clear, reader: null, origin: null });
      await done(call('model.propose', { projectId, modelId }));
      const proposed = await call('model.proposals', { projectId, modelId, imageIds: rows.map(({ image }) => image.id) });
      assert.ok(open.every(({ image }) => proposed.some((one) => one.imageId === image.id && image.path.includes(one.className))));
      assert.ok(test.every(({ image }) => !proposed.some((one) => one.imageId === image.id)), 'no proposal tells of the test partition');
      await call('patch.apply', { projectId, patch: inverse(clear, 'restore'), reader: null, origin: null });
      activationJob = await done(call('model.activate', { projectId, modelId, imageIds: test.map(({ image }) => image.id) }));
      const maps = await call('model.activations', { projectId, jobId: activationJob });
      assert.ok(test.every(({ image }) => maps.some((one) => one.imageId === image.id && one.values.length === one.rows * one.columns && one.values.every(Number.isFinite))));
      await assert.rejects(call('model.activate', { projectId, modelId, imageIds: rows.map(({ image }) => image.id) }), is('refused', 'activation.unpredicted'));
    });

    test('exports a model and the annotations', async () => {
      exportJob = await done(call('export.start', { projectId, format: 'onnx', modelId, out: join(scratch, 'out', 'model.onnx') }));
      const model = await call('export.report', { projectId, jobId: exportJob });
      // Float32 arithmetic in another order of operations.
      assert.ok(model.selfTest!.n > 0 && model.selfTest!.maxDifference < 1e-4);
      const table = await call('export.report', { projectId, jobId: await done(call('export.start', { projectId, format: 'csv', modelId: null, out: join(scratch, 'out', 'labels.csv') })) });
      assert.deepEqual([table.files.length, table.selfTest], [1, null]);
    });

    test('knows its jobs and stops none that has ended', async () => {
      const jobs = await call('job.list', { projectId });
      assert.ok(jobs.length >= 7 && jobs.every(({ status }) => status === 'finished'));
      await call('job.stop', { projectId, jobId: importJob });
      await call('job.kill', { projectId, jobId: importJob });
      await assert.rejects(call('export.report', { projectId, jobId: importJob }), is('not-found', 'report.none'));
    });

    test('what is not there is said to be not there', async () => {
      const nothing = 'nothing';
      const unknown: readonly (() => Promise<unknown>)[] = [
        () => call('project.status', { projectId: nothing }), () => call('run.get', { projectId, runId: nothing }), () => call('run.events', { projectId, runId: nothing, after: 0 }),
        () => call('run.resume', { projectId, runId: nothing }), () => call('job.stop', { projectId, jobId: nothing }), () => call('job.kill', { projectId, jobId: nothing }),
        () => call('image.importReport', { projectId, jobId: nothing }), () => call('export.report', { projectId, jobId: nothing }), () => call('model.predictReport', { projectId, jobId: nothing }),
        () => call('model.evaluate', { projectId, modelId: nothing, partition: 'test' }), () => call('model.evaluations', { projectId, modelId: nothing }), () => call('model.predictions', { projectId, modelId: nothing, partition: 'test' }),
        () => call('model.predict', { projectId, modelId: nothing, paths: ['x'] }), () => call('export.start', { projectId, format: 'onnx', modelId: nothing, out: 'x' }),
        () => call('ranking.start', { projectId, options: { backbones: [{ backbone: nothing }] } }), () => call('comparison.start', { projectId, options: { strategies: [nothing] } }), () => call('comparison.get', { projectId, comparisonId: nothing }),
        () => call('comparison.resume', { projectId, comparisonId: nothing, minutes: 1 }), () => call('site.measure', { projectId, modelId: nothing }), () => call('site.scores', { projectId, modelId: nothing }), () => call('site.adapt', { projectId, options: { modelId: nothing, site: 'B' } }),
        () => call('run.findRate', { projectId, options: { backbone: nothing } }), () => call('run.rateSweep', { projectId, jobId: nothing }),
        () => call('backbone.download', { projectId, weights: nothing }), () => call('run.start', { projectId, options: { backbone: nothing } }), () => call('run.plan', { projectId, options: { strategy: nothing } }),
        () => call('run.measure', { projectId, options: { backbone: nothing } }), () => call('run.estimate', { projectId, options: { strategy: nothing } }),
      ];
      for (const ask of unknown) await assert.rejects(ask(), is('not-found'), String(ask));
      assert.deepEqual(await call('image.rows', { projectId, ids: [nothing] }), []);
    });

    test('arguments that are not what the table says are refused for every call, and change nothing', async () => {
      const good = goodArguments({ folder, pictures, projectId, imageId, modelId, runId, importJob, activationJob, exportJob, predictJob });
      const state = async () => [await call('project.status', { projectId }), (await call('job.list', { projectId })).length, (await call('patch.since', { projectId, sequence: 0 })).sequence];
      const before = await state();
      for (const name of Object.keys(api) as CallName[]) { // the keys of the table are the names of calls
        const wrong = wrongArguments(name, good[name]);
        assert.ok(wrong.length >= 6);
        // `as never`: the point is that they do not fit the type.
        for (const args of wrong) await assert.rejects(call(name, args as never), is('invalid', 'call.arguments'), `${name} ${JSON.stringify(args)?.slice(0, 200)}`);
      }
      assert.deepEqual(await state(), before);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    });

    test('a name that is no call is refused, whatever object it is a property of', async () => {
      for (const name of ['nothing', 'constructor', '__proto__', 'toString', 'hasOwnProperty', '', 'project', 'x'.repeat(1_000_000)]) await assert.rejects(call(name as CallName, {} as never), is('invalid', 'call.unknown'), name.slice(0, 50));
    });

    test('a text of a million characters, or a name that no file can have, is an answer or a refusal, never a fault', async () => {
      const long = 'ä'.repeat(1_000_000);
      assert.deepEqual(await call('image.ids', { projectId, filter: { text: long } }), []);
      for (const name of [long, 'nul\0byte']) {
        await assert.rejects(call('project.open', { folder: join(scratch, name) }), is('not-found'));
        await assert.rejects(call('project.create', { folder: join(scratch, name), name: 'x', task: 'classification' }), is('invalid', 'storage.name'));
      }
      await assert.rejects(call('project.status', { projectId: long }), is('invalid', 'call.arguments'));
      await assert.rejects(call('run.start', { projectId, options: { backbone: long } }), is('not-found'));
    });

    test('a closed project is not there any more, and closing it again is no error', async () => {
      await call('project.close', { projectId });
      await call('project.close', { projectId });
      await assert.rejects(call('project.status', { projectId }), is('not-found', 'project.not-open'));
      assert.equal((await call('project.open', { folder })).readOnly, null);
    });
  });
}
