// The pretrained weights of a run: found, and copied into the project, so that its folder can be taken to another machine.
import { basename, isAbsolute } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { JobWeights } from '#contract/jobs.ts';
import type { ModelRecord, Preprocessing, RunOptions } from '#contract/records.ts';
import type { z } from 'zod';
import type { Blobs } from '../blobs/index.ts';
import { variant } from '../nets/index.ts';
import type { Platform } from '../platform.ts';
import { locateWeights, weightsEntry } from '../weights/index.ts';

export interface ChosenWeights {
  readonly weights: z.infer<typeof JobWeights>;
  /** For the record of the model. */
  readonly parent: ModelRecord['parent'];
  /** How pictures must be prepared for them. */
  readonly preprocessing: Preprocessing;
}

/**
 * What the options of a run mean by weights: those named, `none`, or the backbone's own.
 * Throws `not-found` where they are not on this machine, and `refused` for those of another backbone.
 */
export async function chooseWeights({ home, resources }: Pick<Platform, 'home' | 'resources'>, { backbone, weights, strategy }: Pick<RunOptions, 'backbone' | 'weights' | 'strategy'>): Promise<ChosenWeights> {
  const { defaultWeights, preprocessing } = variant(backbone);
  const id = weights ?? (strategy === 'from-scratch' ? 'none' : defaultWeights ?? 'none');
  if (id === 'none') return { weights: { base: null, baseSha256: null, delta: null }, parent: null, preprocessing };
  if (!isAbsolute(id)) {
    const owner = weightsEntry(id, resources).backbone;
    if (owner !== backbone) throw new StudioError('refused', 'weights.wrong-backbone', { id, owner, backbone }, `The weights ${id} belong to ${owner}, not to ${backbone}. Choose the backbone ${owner}, or other weights.`);
  }
  const located = await locateWeights(id, { home, resources });
  return {
    weights: { base: located.path, baseSha256: located.sha256, delta: null },
    parent: { weights: isAbsolute(id) ? basename(id) : id, sha256: located.sha256, license: located.license },
    preprocessing: located.preprocessing ?? preprocessing,
  };
}

/** Copies the file into the project, once, and gives its place there. Throws `unreadable` when it is no longer what it was. */
export async function bringWeights(blobs: Blobs, weights: z.infer<typeof JobWeights>): Promise<z.infer<typeof JobWeights>> {
  if (weights.base === null || weights.baseSha256 === null) return weights;
  const sha256 = blobs.has(weights.baseSha256) ? weights.baseSha256 : await blobs.putFile(weights.base);
  if (sha256 !== weights.baseSha256) throw new StudioError('unreadable', 'weights.changed', { path: weights.base }, `The weight file ${weights.base} is not what it was: its checksum differs. Get it again from its source.`);
  return { ...weights, base: blobs.path(sha256) };
}
