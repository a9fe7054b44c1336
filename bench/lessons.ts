// The seven lessons as the command line runs them, with their times and numbers, and SimSiam on the sample project: the spread of its embeddings and both probes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Push } from '#contract/events.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import { table } from '../main/cli/output.ts';
import { inProcessLink } from '../main/host/in-process.ts';
import { nodePlatform } from '../main/host/node-platform.ts';
import { inEnglish } from '../main/lessons/index.ts';
import { createStudio } from '../main/studio.ts';

/** Seconds that a lesson may take on two cores. */
const limit = 180;

/** @param only part of the name of a lesson, or `simsiam`; none = all */
export async function lessons({ only, epochs = 10 }: { readonly only: string | undefined; readonly epochs?: number }): Promise<void> {
  const studio = await createStudio(nodePlatform());
  const link = inProcessLink(studio);
  const ended = new Map<string, (push: Extract<Push, { type: 'job.changed' }>) => void>();
  link.on((push) => {
    if (push.type === 'job.changed' && push.job.status !== 'queued' && push.job.status !== 'running') ended.get(push.job.id)?.(push);
  });
  const end = (jobId: string) => new Promise<Extract<Push, { type: 'job.changed' }>>((done) => ended.set(jobId, done));
  const folder = await mkdtemp(join(tmpdir(), 'fovea-bench-'));
  try {
    for (const { id, title } of (await link.call('lesson.list', {})).lessons) {
      if (only !== undefined && !id.includes(only)) continue;
      const { jobId } = await link.call('lesson.start', { lesson: id, values: {} });
      const { job } = await end(jobId);
      const result = (await link.call('lesson.list', {})).results.find(({ lesson }) => lesson === id);
      if (job.status !== 'finished' || !result) {
        console.log(`${id}: ${job.status} ${job.error?.message ?? ''}`);
        continue;
      }
      console.log(`${id}: ${inEnglish(title)}. ${result.seconds.toFixed(0)} s, at most ${limit} asked: ${result.seconds <= limit ? 'met' : 'NOT MET'}`);
      console.log(result.sentences.map((one) => `  ${inEnglish(one)}`).join('\n'), '\n');
    }
    if (only !== undefined && !'simsiam'.includes(only)) return;
    const { project, jobId: drawing } = await link.call('project.sample', { folder: join(folder, 'sample') });
    await end(drawing);
    const { runId, jobId } = await link.call('run.start', { projectId: project.id, options: { strategy: 'feature-extraction', pretraining: { epochs } } });
    await end(jobId);
    const bodies = (await link.call('run.events', { projectId: project.id, runId, after: 0 })).map(({ body }) => body);
    const of = <T extends RunEventBody['type']>(type: T) => bodies.filter((body): body is Extract<RunEventBody, { type: T }> => body.type === type);
    console.log(table(['epoch', 'loss', 'spread of unit embeddings', 'collapsed below', ''], of('pretraining').map(({ epoch, loss, deviation, collapsedBelow }) => [epoch, loss.toFixed(4), deviation.toFixed(4), collapsedBelow.toFixed(4), deviation > collapsedBelow ? 'met' : 'NOT MET'])).join('\n'));
    for (const { plain, pretrained } of of('pretrained')) console.log(`validation accuracy of a linear head: ${plain.accuracy.toFixed(3)} on the plain backbone, ${pretrained.accuracy.toFixed(3)} on the pretrained one`);
  } finally {
    await studio.close();
    await rm(folder, { recursive: true, force: true });
  }
}
