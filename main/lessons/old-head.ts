// A network that was trained on for other classes, under the head of the model that it began with: what it still knows of the old ones.
import type { TrainDocument, TrainedModel } from '#contract/jobs.ts';
import type { z } from 'zod';
import type { Blobs } from '../blobs/index.ts';
import { readCheckpoint } from '../learning/checkpoint.ts';
import { deltaFile } from '../learning/model.ts';
import { networkOf } from '../learning/plan.ts';
import { isParentHead, PARENT_HEAD } from '../learning/regularisers/index.ts';
import { classifier, headParameters } from '../nets/index.ts';
import type { Tensor } from '../tensor.ts';
import { readSafetensors } from '../weights/index.ts';

type Model = z.infer<typeof TrainedModel>;

/**
 * The best epoch of a run, with the old head as it is by then where the old classifier stood.
 * @param old the model that the run began with
 * @param checkpoint blob of the run's last one
 */
export async function underOldHead(run: TrainDocument, old: Model, checkpoint: string, blobs: Blobs): Promise<Model> {
  const network = networkOf(run), head = headParameters(network), { id } = classifier(network);
  const { bestValues } = readCheckpoint(await blobs.get(checkpoint), run);
  const moved = [...bestValues].flatMap(([name, tensor]): [string, Tensor][] => (isParentHead(name) ? [[`${id}${name.slice(PARENT_HEAD.length)}`, tensor]] : head.has(name) ? [] : [[name, tensor]]));
  const values = new Map([...readSafetensors(await blobs.get(old.delta)).tensors, ...moved]);
  const file = deltaFile(values, run.backbone);
  return { ...old, delta: await blobs.put(file), deltaBytes: file.byteLength };
}
