// What a job has of the world outside its process: a way to tell, a way to be asked to stop, and the project's blobs.
import type { JobMessage } from '#contract/jobs.ts';
import type { Blobs } from '../blobs/index.ts';

export interface JobIo {
  /** In order; a message that names a blob is sent after the blob is durable. */
  send(message: JobMessage): void;
  /** Asked between steps: true once a person wants the job to end with the best it has. */
  stopRequested(): boolean;
  readonly blobs: Blobs;
}
