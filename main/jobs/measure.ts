// What runs cost on this machine: measured by a short job, kept in the person's own folder, and asked for before a run.
import { join } from 'node:path';
import { MeasuredCosts } from '#contract/estimate.ts';
import type { RunEstimate } from '#contract/estimate.ts';
import type { RunOptions } from '#contract/runs.ts';
import type { Project } from '../db/index.ts';
import { keepRecord, readRecords } from '../home-records.ts';
import { costKey, estimateRun } from '../learning/index.ts';
import { estimateMaskRun, maskCostKey } from '../learning/segmentation/index.ts';
import type { JobRunner } from './runner.ts';
import { pictureSizes, withLabels } from './segmentation-document.ts';
import { superviseUnder } from './supervised.ts';
import { planFor } from './plan.ts';
import { prepareRun } from './train-document.ts';
import type { PreparedRun } from './train-document.ts';
import { bringWeights } from './weights.ts';

/** Kinds of runs that are remembered. */
const most = 200;

const fileOf = (home: string) => join(home, 'measured-costs.json');

/** Runs a few steps of each phase and keeps what they cost. Throws `refused` for a run that cannot work. */
export async function startMeasure(runner: JobRunner, project: Project, options: RunOptions): Promise<string> {
  const prepared = await prepareRun(runner.platform, project, options);
  planFor(prepared.document);
  const document = { ...await withLabels(prepared.document, prepared.state), weights: await bringWeights(project.blobs, { weights: prepared.document.weights, deltaFile: prepared.deltaFile }) };
  return runner.start(project, {
    kind: 'measure',
    lane: 'compute',
    subjectId: null,
    async work(control) {
      let costs: MeasuredCosts | undefined;
      await superviseUnder(control, runner.platform, { ...document, kind: 'measure', jobId: control.jobId }, (news) => { if (news.type === 'measured') costs = news.costs; });
      if (costs === undefined) return 'stopped';
      await keepRecord(fileOf(runner.platform.home), MeasuredCosts, keyOf(prepared), costs, most);
      return 'finished';
    },
  });
}

/** Ends measurements under way: a run that somebody waits for does not wait for them. */
export function endMeasures(runner: JobRunner, project: Project): void {
  for (const { id, kind, status } of runner.list(project)) if (kind === 'measure' && (status === 'queued' || status === 'running')) runner.kill(project, id);
}

/** What such a run will take; null while nothing of its kind was measured here. */
export async function estimate(runner: JobRunner, project: Project, options: RunOptions): Promise<RunEstimate | null> {
  return estimateFor(runner.platform.home, await prepareRun(runner.platform, project, options));
}

type Prepared = Pick<PreparedRun, 'document' | 'state'>;

export async function estimateFor(home: string, prepared: Prepared): Promise<RunEstimate | null> {
  const { document, state } = prepared, costs = (await readRecords(fileOf(home), MeasuredCosts))[keyOf(prepared)];
  if (costs === undefined) return null;
  return document.task === 'segmentation' ? estimateMaskRun(document, pictureSizes(state), costs) : estimateRun(document, costs);
}

function keyOf({ document, state }: Prepared): string {
  return document.task === 'segmentation' ? maskCostKey(document, pictureSizes(state)) : costKey(document);
}
