// Entry files of job processes and worker threads, in one place because bundling moves them.
export const entries = {
  job: new URL('./jobs/child.ts', import.meta.url),
  imageWorker: new URL('./images/worker.ts', import.meta.url),
  batchWorker: new URL('./learning/batches/batch-worker.ts', import.meta.url),
  tileWorker: new URL('./learning/segmentation/tile-worker.ts', import.meta.url),
  engineProbe: new URL('./engines/probe.ts', import.meta.url),
} as const;
