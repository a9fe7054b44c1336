// For tests: a process with a studio that starts a run in a project and tells the numbers of itself and of its job, until it is killed.
import { RunOptions } from '#contract/runs.ts';
import { createStudio } from '../../studio.ts';
import { testPlatform } from './platform.ts';

const { platform } = testPlatform('checkpointing');
const watched = {
  ...platform,
  startJob(environment: Readonly<Record<string, string>>) {
    const child = platform.startJob(environment);
    process.send?.({ job: child.pid });
    return child;
  },
};
const { handlers, subscribe } = await createStudio(watched);
subscribe((push) => { if (push.type === 'run.event' && push.event.body.type === 'checkpoint') process.send?.({ checkpoint: push.runId }); });
const { id } = await handlers['project.open']({ folder: process.argv[2] ?? '' });
await handlers['run.start']({ projectId: id, options: RunOptions.parse({ backbone: 'resnet18', weights: 'none', strategy: 'from-scratch' }) });
