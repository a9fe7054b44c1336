// Training for masks from a document to a model: it learns, comes back to the same bits, leaves frozen stages alone, and predicts.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackLabels } from '../../masks/index.ts';
import type { TensorMap } from '../../tensor.ts';
import { readSafetensors } from '../../weights/index.ts';
import { predictMasks } from './index.ts';
import { discs } from './testing/discs.ts';
import type { Outcome } from './testing/discs.ts';

const folder = mkdtempSync(join(tmpdir(), 'fovea-masks-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const { blobs, images, document: documentOf, run } = await discs(folder);

const tensors = async ({ model }: Outcome): Promise<TensorMap> => readSafetensors(await blobs.get(model!.delta)).tensors;
const epochs = ({ events }: Outcome) => events.flatMap((event) => (event.type === 'epoch' ? [event] : []));

test('a U-Net learns to tell discs from the ground, shows its validation pictures after every epoch, and predicts them again', async () => {
  const outcome = await run(documentOf({ backbone: 'unet_16', strategy: 'from-scratch', values: { epochs: 12 } }));
  const last = epochs(outcome).at(-1)!;
  assert.equal(epochs(outcome).length, 12);
  assert.ok(last.validation.loss < epochs(outcome)[0]!.validation.loss);
  const best = Math.max(...epochs(outcome).map(({ validation }) => validation.dice ?? 0));
  assert.ok(best > 0.8, `Dice ${best}`); // always "disc" would get about 0.25
  const previews = outcome.events.flatMap((event) => (event.type === 'preview' ? [event] : []));
  assert.equal(previews.length, 12);
  assert.deepEqual(previews[0]!.pictures.map(({ imageId }) => imageId), ['p6', 'p7']);
  for (const { stages = [] } of epochs(outcome)) assert.ok(stages.length === 7 && stages.every(({ drift, gradient }) => drift! > 0 && gradient! > 0), 'every stage has moved');

  const { resume: _, resumeEngine: _engine, runId: _run, strategy: _strategy, values: _values, dataset: _dataset, kind: _kind, ...common } = documentOf({ backbone: 'unet_16' });
  const said = new Map<string, Uint8Array>();
  await predictMasks({ ...common, kind: 'predict', head: { kind: 'segmentation' }, weights: { base: null, baseSha256: null, delta: outcome.model!.delta }, images: [...images.slice(6), { ...images[0]!, id: 'gone', source: { file: join(folder, 'nothing.png') } }] }, {
    blobs, stopRequested: () => false,
    send(message) { if (message.type === 'masks') for (const { id, labels, error } of message.predictions) labels === null ? assert.equal(error?.key, 'image.no-file') : said.set(id, unpackLabels(labels).labels); },
  });
  assert.deepEqual([...said.keys()], ['p6', 'p7']);
  const bestEpoch = epochs(outcome).findLast((epoch) => epoch.best)!.epoch;
  const shown = previews[bestEpoch - 1]!.pictures[0]!.masks[0]!.runs.reduce((sum, length, i) => sum + (i % 2 === 1 ? length : 0), 0);
  // The same numbers through an inference graph: a pixel whose two maps are equal in float32 may fall to either side.
  assert.ok(Math.abs(said.get('p6')!.reduce((sum, label) => sum + label, 0) - shown) <= 2);
});

test('a run that was cut off goes on to the same bits', async () => {
  const whole = await run(documentOf({ values: { epochs: 3 } }));
  const part = await run(documentOf({ values: { epochs: 3 } }), 1);
  const checkpoint = part.events.findLast((event) => event.type === 'checkpoint')!;
  const rest = await run(documentOf({ values: { epochs: 3 }, resume: checkpoint.blob }));
  assert.deepEqual(epochs(rest).map(({ validation }) => validation), epochs(whole).slice(1).map(({ validation }) => validation));
  assert.equal(rest.model!.delta, whole.model!.delta);
});

test('a frozen encoder keeps every bit, batch statistics included, with its maps kept or computed anew', async () => {
  for (const views of [2, 0]) {
    const outcome = await run(documentOf({ strategy: 'feature-extraction', values: { views } }));
    const started = await run(documentOf({ strategy: 'feature-extraction', values: { views, learningRate: 1e-7, epochs: 1 } }));
    const [before_, after_] = [await tensors(started), await tensors(outcome)];
    let encoder = 0, moved = 0;
    for (const [name, { data }] of after_) {
      const same = Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(Buffer.from(before_.get(name)!.data.slice().buffer));
      if (name.startsWith('encoder.')) {
        encoder++;
        assert.ok(same, name);
      } else if (!same) moved++;
    }
    assert.ok(encoder > 10 && moved > 10);
    assert.equal(outcome.events.some(({ type }) => type === 'prepared'), views > 0);
  }
});
