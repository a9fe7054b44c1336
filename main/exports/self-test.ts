// Runs an export again on real pictures and compares its probabilities with those of the engine that trains and predicts.
import { StudioError } from '#contract/errors.ts';
import type { ExportDocument } from '#contract/jobs.ts';
import { openEngine } from '../engines/index.ts';
import { openBatches } from '../learning/batches/batches.ts';
import { probabilitiesOf } from '../learning/losses.ts';
import type { LossKind } from '../learning/losses.ts';
import type { Network } from '../nets/graph.ts';
import { stream } from '../random.ts';
import { sizeOf } from '../tensor.ts';
import type { Tensor, TensorMap } from '../tensor.ts';

/** Largest difference of a probability at which an export counts as the same model. float32 in another order of sums stays a hundred times below it. */
export const TOLERANCE = 1e-4;
/** Pictures for which a comparison is made; each tile of a map has thousands of numbers to compare. */
const MOST_PICTURES = 16, MOST_TILES = 4;

export interface SelfTest {
  /** Over all pictures and classes. */
  readonly maxDifference: number;
  readonly n: number;
  /** `noise` where the model has no picture that can be read. */
  readonly on: 'pictures' | 'noise';
  readonly against: string;
  readonly tolerance: number;
}

/** Turns logits, [n, classes] or [n, height, width, maps], into probabilities: a row for each picture, for maps pixel after pixel. */
export function probabilityRows(task: ExportDocument['task'], { shape, data }: Tensor): readonly (readonly number[])[] {
  const [n = 0] = shape, classes = shape.at(-1) ?? 0, perPicture = data.length / n;
  const kind: LossKind = task === 'multilabel' ? 'binary-cross-entropy' : 'cross-entropy';
  return Array.from({ length: n }, (_, i) => Array.from({ length: perPicture / classes }, (_position, p) => probabilitiesOf(kind, data.subarray(i * perPicture + p * classes, i * perPicture + (p + 1) * classes))).flat());
}

/**
 * @param rerun gives the export's probabilities for pictures, [n, height, width, channels]
 * @throws StudioError engine `export.differs` above the tolerance
 */
export async function selfTest(document: ExportDocument, network: Network, values: TensorMap, rerun: (pictures: Tensor) => Promise<readonly (readonly number[])[]>): Promise<SelfTest> {
  const { pictures, on } = await testPictures(document, network);
  const { probabilities, against } = await engineProbabilities(document, network, values, pictures);
  const exported = await rerun(pictures);
  const maxDifference = largestDifference(exported, probabilities);
  // Written so that NaN counts as a difference.
  if (!(maxDifference <= TOLERANCE)) {
    throw new StudioError('engine', 'export.differs', { difference: maxDifference, tolerance: TOLERANCE, engine: against },
      `The exported file gave other probabilities than ${against} (largest difference ${maxDifference.toExponential(1)}, allowed ${TOLERANCE}). It was not kept. Export to another format, and report this.`);
  }
  return { maxDifference, n: pictures.shape[0]!, on, against, tolerance: TOLERANCE };
}

/** NaN where anything is not a number. */
export function largestDifference(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  if (a.length !== b.length || a.some((row, i) => row.length !== b[i]!.length)) return NaN;
  // No spreading: a map has more numbers than a call may have arguments.
  return a.reduce((most, row, i) => row.reduce((worst, p, c) => Math.max(worst, Math.abs(p - b[i]![c]!)), most), 0);
}

/** The engine of training, so that an export is never compared with the library that runs it. float32: that is what is exported. */
async function engineProbabilities({ engine: wanted, home, threads, task }: ExportDocument, network: Network, values: TensorMap, pictures: Tensor): Promise<{ readonly probabilities: readonly (readonly number[])[]; readonly against: string }> {
  const { engine } = await openEngine({ engine: wanted, purpose: 'train', home, threads, precision: 'float32' });
  try {
    const runner = await engine.runner({ network, values, outputs: [network.output], precision: 'float32' });
    const logits = (await runner.run(pictures)).get(network.output)!;
    await runner.close();
    return { probabilities: probabilityRows(task, logits), against: `${engine.id} (${engine.version})` };
  } finally {
    await engine.close();
  }
}

/** The document's pictures as a network gets them, without those that cannot be read; noise where none is left. */
async function testPictures({ images, blobs, preprocessing, seed, threads }: ExportDocument, network: Network): Promise<{ readonly pictures: Tensor; readonly on: SelfTest['on'] }> {
  const chosen = images.slice(0, preprocessing.tiles ? MOST_TILES : MOST_PICTURES);
  const length = sizeOf(network.input);
  const reader = openBatches({ pictures: chosen.map(({ id, source }) => ({ source, key: id })), blobs, preprocessing, augmentation: {}, seed, keep: false, workers: Math.min(threads, 2) });
  try {
    for await (const { members, input, errors } of reader.read(chosen.length ? [{ members: chosen.map((_, i) => i), turn: null }] : [])) {
      const good = members.filter((place) => !errors.has(place));
      if (!good.length) break;
      const data = new Float32Array(good.length * length);
      good.forEach((place, row) => data.set(input.data.subarray(place * length, (place + 1) * length), row * length));
      return { pictures: { shape: [good.length, ...network.input], data }, on: 'pictures' };
    }
  } finally {
    await reader.close();
  }
  const random = stream(seed, 'export/noise');
  return { pictures: { shape: [4, ...network.input], data: Float32Array.from({ length: 4 * length }, (_, i) => random.normal(i)) }, on: 'noise' };
}
