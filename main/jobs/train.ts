// Training runs: planned, started, resumed, and followed to their end; every event is stored before it is told.
import { StudioError } from '#contract/errors.ts';
import { TrainDocument } from '#contract/jobs.ts';
import type { Plan } from '#contract/plan.ts';
import type { RunOptions } from '#contract/runs.ts';
import { appendRunEvent, insertRun, insertSplit, keepDataset, lastCheckpoint, run, runOrigin, updateRun } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { withLabels } from './segmentation-document.ts';
import { parentRecord } from './parent.ts';
import { estimateFor } from './measure.ts';
import { planFor } from './plan.ts';
import type { JobRunner } from './runner.ts';
import { prepareRun } from './train-document.ts';
import { followRun } from './train-follow.ts';
import { bringWeights } from './weights.ts';

interface Started { readonly runId: string; readonly jobId: string }

/** What a run would do, with all doubts about it. Throws `refused` for what cannot work. */
export async function planRun({ platform }: JobRunner, project: Project, options: RunOptions): Promise<Plan> {
  const { document, notes } = await prepareRun(platform, project, options);
  const plan = planFor(document);
  const { pretraining } = document;
  return { ...plan, ...(pretraining && { counts: { ...plan.counts, pretraining: pretraining.images.length } }), warnings: [...notes, ...plan.warnings] };
}

/** Refuses what cannot work, keeps the state of the data, and puts the run in the queue. */
export async function startRun(runner: JobRunner, project: Project, asked: RunOptions): Promise<Started> {
  const { db, blobs, record: { id: projectId } } = project;
  const prepared = await prepareRun(runner.platform, project, asked);
  const { document, state, split, drawn, classIds, parent, options, deltaFile, notes } = prepared;
  planFor(document);
  if (drawn) {
    insertSplit(db, drawn.record, drawn.assignments);
    runner.publish({ type: 'split.made', projectId, split: drawn.record });
  }
  const { hash } = await keepDataset(project, state, split.id);
  const expected = await estimateFor(runner.platform.home, prepared);
  const kept = { ...await withLabels(document, state), ...(expected && { estimate: expected }), weights: await bringWeights(blobs, { weights: document.weights, deltaFile }) };
  const blob = await blobs.put(Buffer.from(JSON.stringify(kept)));
  const { runId } = document;
  db.transaction(() => {
    insertRun(db, { id: runId, options, createdAt: new Date().toISOString(), dataset: hash, splitId: split.id, codeVersion: runner.platform.version }, { document: blob, classIds, parent, parentModel: document.parent ? parentRecord(document.parent) : null });
    for (const message of notes) appendRunEvent(db, runId, { type: 'warning', key: 'run.data', message });
  });
  return queue(runner, project, kept);
}

/** Continues a run that was cut off, from its last checkpoint, on the data and the engine that it began with. */
export async function resumeRun(runner: JobRunner, project: Project, runId: string): Promise<Started> {
  const { db, blobs } = project;
  const { status, engine } = run(db, runId);
  if (status === 'finished' || status === 'stopped') throw new StudioError('refused', 'run.done', { run: runId }, 'This run has ended and has its model. Start a new one.');
  if (runner.isBusyWith(runId)) throw new StudioError('conflict', 'run.under-way', { run: runId }, 'This run is under way already.');
  const document = TrainDocument.omit({ jobId: true }).parse(JSON.parse(String(await blobs.get(runOrigin(db, runId).document))));
  const { weights } = document;
  return queue(runner, project, {
    ...document,
    // The folder may have moved, and the machine may be another one.
    blobs: blobs.folder,
    home: runner.platform.home,
    weights: { ...weights, base: weights.baseSha256 === null ? null : blobs.path(weights.baseSha256) },
    resume: lastCheckpoint(db, runId),
    resumeEngine: engine,
    threads: engine?.threads ?? document.threads,
  });
}

function queue(runner: JobRunner, project: Project, document: Omit<TrainDocument, 'jobId'>): Started {
  const { runId } = document;
  updateRun(project.db, runId, { status: 'queued', endedAt: null, error: null });
  runner.publish({ type: 'run.changed', projectId: project.record.id, run: run(project.db, runId) });
  const jobId = runner.start(project, {
    kind: 'train',
    lane: 'compute',
    subjectId: runId,
    work: (control) => followRun(runner, project, { ...document, jobId: control.jobId }, control),
    skipped: () => updateRun(project.db, runId, { status: 'interrupted', endedAt: new Date().toISOString() }),
  });
  return { runId, jobId };
}
