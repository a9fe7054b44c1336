// Fovea without a window, put together: the first file to read. Doors (command line, loopback host, Electron) stand on what this makes.
import type { Handlers } from '#contract/api.ts';
import type { Push } from '#contract/events.ts';
import { createHandlers } from './api/index.ts';
import { createPictures } from './api/picture.ts';
import type { PictureSource } from './api/picture.ts';
import { createProjects } from './api/projects.ts';
import { openPicturePool } from './images/index.ts';
import { createJobRunner } from './jobs/runner.ts';
import type { Platform } from './platform.ts';

export interface Studio {
  /** One function for each call of contract/api.ts. Doors go through host/dispatch.ts, which checks arguments and results. */
  readonly handlers: Handlers;
  /** @returns how to stop listening */
  subscribe(listener: (push: Push) => void): () => void;
  /** Bytes of a picture for the eye; pictures travel by address, never inside a call. */
  readonly picture: PictureSource;
  readonly log: Platform['log'];
  /** Ends all jobs, which can be resumed, and closes all projects. */
  close(): Promise<void>;
}

export async function createStudio(platform: Platform): Promise<Studio> {
  const listeners = new Set<(push: Push) => void>();
  function publish(push: Push): void {
    for (const listener of listeners) {
      try {
        listener(push);
      } catch (error) {
        platform.log('error', `a listener of ${push.type} failed`, error); // one window's fault is not another's
      }
    }
  }

  const runner = createJobRunner(platform, publish);
  const projects = createProjects(runner);
  const pool = openPicturePool();

  return {
    handlers: createHandlers({ platform, projects, runner, publish }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    picture: createPictures(platform, projects, pool),
    log: platform.log,
    async close() {
      await runner.close();
      await projects.closeAll();
      await pool.close();
      listeners.clear();
    },
  };
}
