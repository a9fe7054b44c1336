// The catalogue agrees with the networks, with the files that ship, and with itself.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { BackboneRecord } from '#contract/plan.ts';
import { resourcesFolder } from '../home.ts';
import { parameters, variant, variants } from '../nets/index.ts';
import { sizeOf } from '../tensor.ts';
import { backboneRecords, catalogue, imageNetClasses, weightsEntry } from './index.ts';
import { sha256Of, weightsFile } from './locate.ts';

const entries = catalogue();
const nowhere = { home: join(tmpdir(), 'fovea-no-such-home'), resources: resourcesFolder };

test('the default weights of every backbone are its first entry', () => {
  assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length);
  for (const { id, defaultWeights, preprocessing } of variants) {
    const first = entries.find((entry) => entry.backbone === id);
    assert.equal(first?.id ?? null, defaultWeights, id);
    if (first) assert.deepEqual(first.preprocessing, preprocessing, id);
  }
});

/** Numbers in a file that the network has no use for: the second classifier, as timm's manifest of that file lists it. */
const besides: Readonly<Record<string, number>> = { 'inception_v3.tv_in1k': 27161264 - 23834568 + 2 * (128 + 768) };

for (const entry of entries) {
  test(`${entry.id} is for a backbone that we have, as large as its tensors, and may be used by everyone`, () => {
    const floats = parameters(variant(entry.backbone).build({ classes: 1000 })).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    // Embedded files are half precision; a header adds at most some 90 kB.
    const bytes = (entry.location.kind === 'embedded' ? 2 : 4) * (floats + (besides[entry.id] ?? 0));
    assert.ok(entry.bytes > bytes && entry.bytes < bytes + 500_000, `${entry.bytes} for ${bytes}`);
    assert.match(entry.license, /^(Apache-2\.0|BSD-3-Clause|MIT)$/);
    const hash = entry.sha256?.slice(0, 8) ?? 'none';
    // PyTorch's own files have the beginning of their checksum in their name.
    if (entry.location.kind === 'download') assert.match(entry.location.url, new RegExp(`^https:.*(/resolve/([0-9a-f]{40}|main)/model\\.safetensors|-${hash}\\.pth)$`));
    assert.equal(entry.top1 === null, entry.top1Source === null);
    // What is not pinned by a commit is pinned by its checksum, or said not to be.
    if (entry.sha256 === null) assert.equal(entry.exact, false);
  });
}

test('embedded files have the bytes and the checksum that the catalogue states, and lie beside a licence', async () => {
  for (const entry of entries.filter(({ location }) => location.kind === 'embedded')) {
    const path = weightsFile(entry, nowhere);
    assert.equal(statSync(path).size, entry.bytes);
    assert.equal(await sha256Of(path), entry.sha256);
    assert.ok(statSync(join(path, '../LICENSE.Apache-2.0.txt')).isFile());
    assert.ok(statSync(join(path, '../README.md')).isFile());
  }
});

test('unknown weights are answered with the list', () => {
  assert.throws(() => weightsEntry('resnet18.a9_in1k'), { code: 'not-found', key: 'weights.unknown', message: /resnet18\.a1_in1k/ });
});

test('every backbone is described, with its embedded weights present and nothing else', async () => {
  const home = mkdtempSync(join(tmpdir(), 'fovea-backbones-'));
  try {
    const records = await backboneRecords({ home, resources: resourcesFolder });
    for (const record of records) BackboneRecord.parse(record);
    assert.deepEqual(records.map(({ id }) => id), variants.map(({ id }) => id));
    const lite = records.find(({ id }) => id === 'tf_efficientnet_lite0');
    // Inference: the most that lives at once is around the first expansion, 112 x 112 x 96, with what goes into it or comes after it.
    assert.ok(lite && lite.memory.inference >= 4 * 112 * 112 * (96 + 96) && lite.memory.inference < lite.memory.training / 4, JSON.stringify(lite?.memory));
    assert.deepEqual([lite?.parameters, lite?.features, lite?.stages.length, lite?.stages.at(-1)], [4652008, 1280, 10, { name: 'head', parameters: 1281000 }]);
    assert.deepEqual(records.flatMap(({ weights }) => weights).filter(({ present }) => present).map(({ id, embedded }) => [id, embedded]), [['tf_efficientnet_lite0.in1k', true]]);
  } finally {
    rmSync(home, { recursive: true });
  }
});

test('the class names are the thousand of ImageNet, in the order of their ids', () => {
  const classes = imageNetClasses();
  assert.equal(classes.length, 1000);
  assert.deepEqual(classes.map(({ id }) => id), classes.map(({ id }) => id).sort());
  assert.ok(classes.every(({ id, name }) => /^n\d{8}$/.test(id) && /^\S/.test(name)));
  // Hymenoptera's two classes, at the indices that the classifier of the embedded weights answers with.
  assert.deepEqual([classes[309]?.name, classes[310]?.name], ['bee', 'ant']);
});
