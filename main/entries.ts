// Entry files of job processes and worker threads, in one place because bundling moves them.
export const entries = {
  job: new URL('./jobs/child.ts', import.meta.url),
  imageWorker: new URL('./images/worker.ts', import.meta.url),
} as const;
