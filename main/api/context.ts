// What every call works with: the host, the open projects, the jobs, and a way to tell everybody what happened.
import type { Push } from '#contract/events.ts';
import type { JobRunner } from '../jobs/runner.ts';
import type { Platform } from '../platform.ts';
import type { Projects } from './projects.ts';

export interface Context {
  readonly platform: Platform;
  readonly projects: Projects;
  readonly runner: JobRunner;
  publish(push: Push): void;
}
