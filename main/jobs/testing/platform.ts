// For tests: plain Node with a home folder of its own and job processes that behave as they are told.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROTOCOL } from '#contract/jobs.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import { nodePlatform } from '../../host/node-platform.ts';
import type { Platform } from '../../platform.ts';

/** @param behaviour of testing/job-child.ts */
export function testPlatform(behaviour = 'training'): { readonly platform: Platform; readonly home: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'fovea-home-'));
  const platform = nodePlatform({ home, jobEntry: new URL('./job-child.ts', import.meta.url) });
  return {
    platform: { ...platform, startJob: (environment) => platform.startJob({ ...environment, FOVEA_TEST_JOB: behaviour }) },
    home,
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** A document that is whole, for jobs that do not look into it. */
export function trainDocument(changes: Partial<TrainDocument> = {}): TrainDocument {
  return {
    kind: 'train', protocol: PROTOCOL, jobId: 'j', runId: 'r', task: 'classification', blobs: '/nowhere', home: '/nowhere', backbone: 'resnet18', weights: { base: null, baseSha256: null, delta: null },
    classes: ['cat', 'dog'], preprocessing: { size: [8, 8], channels: 3, cropShare: 1, interpolation: 'bicubic', mean: [0, 0, 0], std: [1, 1, 1] }, threads: 3, precision: 'float32', engine: 'auto', seed: 1,
    strategy: 'lp-ft', values: {}, dataset: '0'.repeat(64), images: [], resume: null, resumeEngine: null, ...changes,
  };
}
