// BreastMNIST with its own partitions: features and head, kNN and the majority class on the test pictures.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { share, table } from '../main/cli/output.ts';
import { encodePng } from '../main/images/index.ts';
import { foveaDocument, foveaJson as fovea } from '../build/fovea-process.ts';
import { testData, withProject } from './project.ts';
import { writeFile } from 'node:fs/promises';

const archive = `${testData}/data/medmnist/breastmnist.npz`;
const partitions = [['train', 'train'], ['val', 'val'], ['test', 'test']] as const;
/** Label 0 is malignant. */
const names = ['malignant', 'normal_benign'];

export async function breast(): Promise<void> {
  if (!existsSync(archive)) return console.log(`The data are not at ${archive}; set FOVEA_TEST_DATA.`);
  const arrays = readNpz(readFileSync(archive));
  await withProject(async (folder) => {
    const pictures = `${folder}-pictures`;
    for (const [key, part] of partitions) {
      const images = arrays.get(`${key}_images`)!, labels = arrays.get(`${key}_labels`)!;
      const [count = 0, height = 0, width = 0] = images.shape;
      for (let i = 0; i < count; i++) {
        const target = `${pictures}/${part}/${names[labels.data[i]!]}`;
        mkdirSync(target, { recursive: true });
        await writeFile(`${target}/${key}-${String(i).padStart(4, '0')}.png`, await encodePng({ width, height, channels: 1, data: images.data.subarray(i * width * height, (i + 1) * width * height) }));
      }
    }
    await fovea('create', folder);
    await fovea('import', folder, pictures, '--partition', 'folder');
    await fovea('split', folder);
    const rows: string[][] = [];
    for (const strategy of ['knn', 'feature-extraction']) {
      const finished = (await fovea('train', folder, '--strategy', strategy)).at(-1) as { modelId: string };
      const e = await foveaDocument<{ auc: number; accuracy: number; majority: { accuracy: number }; intervals: { auc: [number, number]; accuracy: [number, number] } }>('evaluate', folder, '--model', finished.modelId, '--on', 'test');
      rows.push([strategy, `${share(e.auc)} (${e.intervals.auc.map(share).join(' to ')})`, `${share(e.accuracy)} (${e.intervals.accuracy.map(share).join(' to ')})`, share(e.majority.accuracy)]);
    }
    console.log(table(['strategy', 'test AUC (95 %)', 'test accuracy (95 %)', 'majority class'], rows).join('\n'));
  });
}

export interface Bytes { readonly shape: readonly number[]; readonly data: Uint8Array }

/** The arrays of unsigned bytes in a NumPy .npz (a ZIP of .npy files). */
export function readNpz(file: Buffer): ReadonlyMap<string, Bytes> {
  const arrays = new Map<string, Bytes>();
  const end = file.lastIndexOf(Buffer.from('504b0506', 'hex'));
  let at = file.readUInt32LE(end + 16);
  while (file.readUInt32LE(at) === 0x02014b50) {
    const method = file.readUInt16LE(at + 10), packed = file.readUInt32LE(at + 20), nameLength = file.readUInt16LE(at + 28), local = file.readUInt32LE(at + 42);
    const name = file.toString('utf8', at + 46, at + 46 + nameLength).replace(/\.npy$/, '');
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28), body = file.subarray(start, start + packed);
    const npy = method === 8 ? inflateRawSync(body) : body;
    const header = npy.toString('latin1', 10, 10 + npy.readUInt16LE(8));
    const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '').split(',').map((n) => n.trim()).filter(Boolean).map(Number);
    if (/'descr': '\|u1'/.test(header)) arrays.set(name, { shape, data: npy.subarray(10 + npy.readUInt16LE(8)) });
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return arrays;
}
