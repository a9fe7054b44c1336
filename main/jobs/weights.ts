// The pretrained weights of a run: found, and copied into the project, so that its folder can be taken to another machine.
import { basename, isAbsolute } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { JobWeights } from '#contract/jobs.ts';
import type { ImageRecord } from '#contract/records.ts';
import type { ModelRecord, Preprocessing, RunOptions } from '#contract/runs.ts';
import type { z } from 'zod';
import type { Blobs } from '../blobs/index.ts';
import { backboneFacts } from '../nets/segmenters.ts';
import type { Platform } from '../platform.ts';
import { adaptPreprocessing, locateWeights, weightsEntry } from '../weights/index.ts';

export interface ChosenWeights {
  readonly weights: z.infer<typeof JobWeights>;
  /** For the record of the model. */
  readonly parent: ModelRecord['parent'];
  /** How pictures must be prepared for them. */
  readonly preprocessing: Preprocessing;
  /** Where the blob `weights.delta` lies now; none without one. */
  readonly deltaFile: string | null;
}

/**
 * What the options of a run mean by weights: those named, `none`, or the backbone's own.
 * Throws `not-found` where they are not on this machine, and `refused` for those of another backbone.
 */
export async function chooseWeights({ home, resources }: Pick<Platform, 'home' | 'resources'>, { backbone, weights, strategy }: Pick<RunOptions, 'backbone' | 'weights' | 'strategy'>): Promise<ChosenWeights> {
  const { defaultWeights, preprocessing } = backboneFacts(backbone);
  const id = weights ?? (strategy === 'from-scratch' ? 'none' : defaultWeights ?? 'none');
  if (id === 'none') return { weights: { base: null, baseSha256: null, delta: null }, parent: null, preprocessing, deltaFile: null };
  if (!isAbsolute(id)) {
    const owner = weightsEntry(id, resources).backbone;
    if (owner !== backbone) throw new StudioError('refused', 'weights.wrong-backbone', { id, owner, backbone }, `The weights ${id} belong to ${owner}, not to ${backbone}. Choose the backbone ${owner}, or other weights.`);
  }
  const located = await locateWeights(id, { home, resources });
  return {
    weights: { base: located.path, baseSha256: located.sha256, delta: null },
    parent: { weights: isAbsolute(id) ? basename(id) : id, sha256: located.sha256, license: located.license },
    preprocessing: located.preprocessing ?? preprocessing,
    deltaFile: null,
  };
}

/** Where every picture is grey the network is given one channel: the first convolution is summed over the colours, so that it sees the same and works less. */
export function fitChannels(preprocessing: Preprocessing, pictures: readonly { readonly image: Pick<ImageRecord, 'channels'> }[]): Preprocessing {
  const grey = pictures.length > 0 && pictures.every(({ image }) => image.channels === 1);
  return grey ? adaptPreprocessing(preprocessing, 1) : preprocessing;
}

/** Copies the files into the project, each once, and gives their places there. Throws `unreadable` for one that is no longer what it was. */
export async function bringWeights(blobs: Blobs, { weights, deltaFile }: Pick<ChosenWeights, 'weights' | 'deltaFile'>): Promise<z.infer<typeof JobWeights>> {
  if (weights.delta !== null && deltaFile !== null) await bring(blobs, weights.delta, deltaFile);
  if (weights.base === null || weights.baseSha256 === null) return weights;
  await bring(blobs, weights.baseSha256, weights.base);
  return { ...weights, base: blobs.path(weights.baseSha256) };
}

async function bring(blobs: Blobs, wanted: string, path: string): Promise<void> {
  const sha256 = blobs.has(wanted) ? wanted : await blobs.putFile(path);
  if (sha256 !== wanted) throw new StudioError('unreadable', 'weights.changed', { path }, `The weight file ${path} is not what it was: its checksum differs. Get it again from its source.`);
}
