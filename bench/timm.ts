// Both exports of every backbone against timm itself: the state dict is loaded strictly, and its probabilities are compared with those of the ONNX file.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROTOCOL } from '#contract/jobs.ts';
import type { ExportDocument } from '#contract/jobs.ts';
import { openBlobs } from '../main/blobs/index.ts';
import type { Blobs } from '../main/blobs/index.ts';
import { table } from '../main/cli/output.ts';
import { openSession } from '../main/engines/onnx/index.ts';
import { exportModel } from '../main/exports/index.ts';
import { homeFolder } from '../main/home.ts';
import { deltaFile } from '../main/learning/model.ts';
import { variant } from '../main/nets/index.ts';
import { forward, generatedInput, oracleValues } from '../testdata/oracle/index.ts';
import { benchPython } from './python.ts';

const script = fileURLToPath(new URL('timm_export.py', import.meta.url));
/** Float32 in another order of sums stays far below it; a wrong padding, epsilon or name does not. */
const limit = 1e-4;
const pictures = 2, classCount = 10;

export async function timm({ make }: { readonly make: boolean }): Promise<void> {
  const python = benchPython(make);
  if (!python) return console.log('timm is not here. Add --make-python to install it (several GB).');
  const folder = mkdtempSync(join(tmpdir(), 'fovea-timm-'));
  try {
    const blobs = openBlobs(join(folder, 'blobs'));
    const ids = Object.keys(forward).filter((id) => isOurs(id));
    const cases = [];
    for (const id of ids) cases.push(await exportCase(folder, blobs, id));
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
    const { status, stdout } = spawnSync(python, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
    if (status !== 0) throw new Error(`timm_export.py ended with ${status}`);
    const results = stdout.trim().split('\n').map((line) => JSON.parse(line) as { id: string; difference: number; spread: number; timm: string });
    console.log(table(['backbone', 'timm', 'largest difference of a probability', 'spread of probabilities', `within ${limit}`],
      results.map(({ id, timm: version, difference, spread }) => [id, version, difference.toExponential(1), spread.toFixed(3), difference <= limit ? 'yes' : 'NO'])).join('\n'));
    if (results.length !== ids.length || results.some(({ difference }) => !(difference <= limit))) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isOurs(id: string): boolean {
  try {
    return variant(id).id === id;
  } catch {
    return false;
  }
}

/** Exports generated weights in both formats, and runs the ONNX file. Files are named relative to the folder. */
async function exportCase(folder: string, blobs: Blobs, id: string) {
  const { input, bn_s, logits } = forward[id]!;
  const network = variant(id).build({ classes: classCount, inputSize: [input, input] });
  // The generated classifier gives logits of up to a thousand: scaled down, all probabilities count, not only the largest.
  const scale = 3 / Math.max(...logits.map(Math.abs));
  const values = new Map([...oracleValues(network, bn_s)].map(([name, { shape, data }]) => [name, { shape, data: name.startsWith(`${network.output}.`) ? data.map((w) => w * scale) : data }]));
  const delta = await blobs.put(deltaFile(values, id));
  mkdirSync(join(folder, id));
  const document = (format: 'onnx' | 'timm'): ExportDocument => ({
    kind: 'export', protocol: PROTOCOL, jobId: id, blobs: blobs.folder, home: homeFolder(), backbone: id, task: 'classification', weights: { base: null, baseSha256: null, delta },
    classes: Array.from({ length: classCount }, (_, i) => `class ${i}`), preprocessing: { ...variant(id).preprocessing, size: [input, input] },
    threads: 2, precision: 'float32', engine: 'auto', seed: 1, head: { kind: 'linear' }, format, out: join(folder, id, format === 'onnx' ? 'model.onnx' : 'state.safetensors'), images: [], card: {},
  });
  for (const format of ['onnx', 'timm'] as const) await exportModel(document(format), { send: () => undefined, stopRequested: () => false, blobs });

  const shape = [pictures, 3, input, input];
  const data = channelsFirst(generatedInput(pictures, input, input), pictures, 3);
  const session = await openSession(join(folder, id, 'model.onnx'), { threads: 2 });
  const probabilities = (await session.run(new Map([['input', { shape, data }]]))).get('probabilities')!.data;
  await session.close();
  writeFileSync(join(folder, id, 'input.f32'), data);
  writeFileSync(join(folder, id, 'probabilities.f32'), probabilities);
  return { id, classes: classCount, inChannels: 3, stateDict: `${id}/state.safetensors`, input: `${id}/input.f32`, shape, probabilities: `${id}/probabilities.f32` };
}

function channelsFirst(data: Float32Array, n: number, channels: number): Float32Array {
  const pixels = data.length / n / channels;
  return data.map((_, at) => {
    const p = at % pixels, c = Math.floor(at / pixels) % channels, picture = Math.floor(at / pixels / channels);
    return data[(picture * pixels + p) * channels + c]!;
  });
}
