// Downloads of pretrained weights: only on request, once for all projects, saying what comes from where.
import type { Project } from '../db/index.ts';
import { downloadWeights } from '../weights/index.ts';
import type { JobRunner } from './runner.ts';

export function startDownload(runner: JobRunner, project: Project, weights: string): string {
  const { home, resources } = runner.platform;
  return runner.start(project, {
    kind: 'download',
    lane: 'files',
    subjectId: null,
    // A stop leaves what came, and the next attempt goes on from there.
    async work({ stop, kill, progress }) {
      await downloadWeights(weights, {
        home, resources, signal: AbortSignal.any([stop, kill]),
        progress: ({ done, total, source }) => progress({ done, total, what: `Downloading ${weights} from ${source}`, secondsLeft: null }),
      });
      return 'finished';
    },
  });
}
