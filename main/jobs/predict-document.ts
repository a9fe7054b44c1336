// A stored model and pictures, as the job document of a prediction.
import { availableParallelism } from 'node:os';
import { PROTOCOL } from '#contract/jobs.ts';
import type { JobImage, PredictDocument } from '#contract/jobs.ts';
import type { Project, StoredModel } from '../db/index.ts';
import type { Platform } from '../platform.ts';

/** A model as a job is told to run it. */
export function predictDocument(platform: Platform, { blobs, record: { task } }: Project, { record, head, delta }: StoredModel, images: JobImage[], jobId: string): PredictDocument {
  const base = record.parent?.sha256 ?? null;
  return {
    kind: 'predict', protocol: PROTOCOL, jobId, task, head, images, blobs: blobs.folder, home: platform.home, backbone: record.backbone, classes: record.classes, preprocessing: record.preprocessing,
    weights: { base: base === null ? null : blobs.path(base), baseSha256: base, delta }, threads: availableParallelism(), precision: 'float32', engine: 'auto', seed: 0,
  };
}
