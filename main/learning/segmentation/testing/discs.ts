// For tests: pictures of bright discs with their masks, and runs of a tiny network on them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JobMessage, TrainDocument } from '#contract/jobs.ts';
import { PROTOCOL } from '#contract/jobs.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import { openBlobs } from '../../../blobs/index.ts';
import type { Blobs } from '../../../blobs/index.ts';
import { homeFolder } from '../../../home.ts';
import { encodePng } from '../../../images/index.ts';
import { packLabels } from '../../../masks/index.ts';
import { stream } from '../../../random.ts';
import { tiledPreprocessing, trainMasks } from '../index.ts';

const side = 64, pictures = 8;

export interface Outcome { readonly events: readonly RunEventBody[]; readonly model: Extract<JobMessage, { type: 'model' }>['model'] | undefined }

export interface Discs {
  readonly blobs: Blobs;
  /** Six to train, two to stop by: `p0` to `p7`. */
  readonly images: TrainDocument['images'];
  document(changes: Partial<TrainDocument>): TrainDocument;
  /** @param stopAfter so many checkpoints */
  run(document: TrainDocument, stopAfter?: number): Promise<Outcome>;
}

/** Bright discs on a dark, grainy ground. */
export async function discs(folder: string): Promise<Discs> {
  const place = join(folder, 'project', 'blobs');
  mkdirSync(place, { recursive: true });
  const blobs = openBlobs(place);
  const images = await Promise.all(Array.from({ length: pictures }, async (_, i) => {
    const draw = stream(i, 'discs'), labels = new Uint8Array(side * side);
    for (let disc = 0; disc < 4; disc++) {
      const x = 8 + draw.integer(3 * disc, 48), y = 8 + draw.integer(3 * disc + 1, 48), radius = 5 + draw.integer(3 * disc + 2, 5);
      labels.forEach((_label, p) => { if (Math.hypot(p % side - x, Math.floor(p / side) - y) < radius) labels[p] = 1; });
    }
    const data = Uint8Array.from({ length: side * side * 3 }, (_value, k) => (labels[Math.floor(k / 3)] ? 190 : 60) + 30 * draw.uniform(100 + k));
    const blob = await blobs.put(await encodePng({ width: side, height: side, channels: 3, data }));
    return { id: `p${i}`, source: { blob }, partition: i < 6 ? 'train' as const : 'validation' as const, targets: [0], labels: packLabels({ width: side, height: side, labels }), group: `g${i}` };
  }));
  return {
    blobs, images,
    document(changes) {
      const values = { epochs: 2, tile: 64, batchSize: 3, augmentation: 'none', learningRate: 0.005, ...changes.values };
      return {
        kind: 'train', protocol: PROTOCOL, jobId: 'j', runId: 'r', task: 'segmentation', blobs: blobs.folder, home: homeFolder(), backbone: 'cbr_tiny', weights: { base: null, baseSha256: null, delta: null },
        classes: ['disc'], threads: 1, precision: 'float32', engine: 'auto', seed: 1, strategy: 'fine-tune', dataset: 'd', images, resume: null, resumeEngine: null,
        preprocessing: tiledPreprocessing({ size: [64, 64], channels: 3, cropShare: 1, interpolation: 'bilinear', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }, { tile: 64, scale: 1 }, 100),
        ...changes, values,
      };
    },
    async run(document, stopAfter = Infinity) {
      const events: RunEventBody[] = [];
      let model: Outcome['model'];
      await trainMasks(document, {
        blobs, stopRequested: () => events.filter(({ type }) => type === 'checkpoint').length >= stopAfter,
        send(message) {
          if (message.type === 'event') events.push(message.body);
          if (message.type === 'model') model = message.model;
        },
      });
      return { events, model };
    },
  };
}
