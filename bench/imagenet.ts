// What the pretrained classifier answers to pictures, on the backbone of a document as it is or as a run has changed it.
import type { TrainDocument } from '#contract/jobs.ts';
import type { Blobs } from '../main/blobs/index.ts';
import { openEngine } from '../main/engines/index.ts';
import { chunks } from '../main/learning/batches/batching.ts';
import { openBatches } from '../main/learning/batches/batches.ts';
import { baseValues, parentValues } from '../main/learning/model.ts';
import { variant } from '../main/nets/index.ts';

/** @returns index of the most likely of the 1000 classes, for each file */
export async function imagenetAnswers({ backbone, weights, preprocessing, home, threads, precision, blobs: folder, seed }: TrainDocument, files: readonly string[], blobs: Blobs): Promise<number[]> {
  const network = variant(backbone).build({ classes: 1000, inputSize: preprocessing.size, channels: preprocessing.channels });
  const values = await parentValues(weights, await baseValues(weights, network), network, blobs);
  const { engine } = await openEngine({ engine: 'auto', purpose: 'infer', home, threads, precision });
  const reader = openBatches({ pictures: files.map((file) => ({ source: { file }, key: file })), blobs: folder, preprocessing, augmentation: {}, seed, keep: false, workers: 1 });
  try {
    const runner = await engine.runner({ network, values, outputs: [network.output], precision });
    const answers: number[] = [];
    for await (const { input } of reader.read(chunks([...files.keys()], 32).map((members) => ({ members, turn: null })))) {
      const { shape: [n = 0, width = 0], data } = (await runner.run(input)).get(network.output)!;
      for (let i = 0; i < n; i++) {
        const row = data.subarray(i * width, (i + 1) * width);
        answers.push(row.indexOf(Math.max(...row)));
      }
    }
    return answers;
  } finally {
    await reader.close();
    await engine.close();
  }
}
