// Follows one training job: what it tells is stored, then published; when it ends, the run has its model or its reason.
import { randomUUID } from 'node:crypto';
import { errorRecord, StudioError } from '#contract/errors.ts';
import type { JobMessage, TrainDocument } from '#contract/jobs.ts';
import type { RunEventBody } from '#contract/run-events.ts';
import type { RunRecord, RunStatus } from '#contract/runs.ts';
import { appendRunEvent, forgetCheckpoints, forgetProgress, insertModel, run, runOrigin, runs, updateRun } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { strategy } from '../learning/index.ts';
import { maskStrategy } from '../learning/segmentation/index.ts';
import { backboneFacts } from '../nets/segmenters.ts';
import type { JobControl, JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';

type Finished = Extract<RunEventBody, { type: 'finished' }>;
type Trained = Extract<JobMessage, { type: 'model' }>['model'];

/** The last one may be the one that a crash interrupted, so the one before it stays too. */
const checkpointsKept = 2;

export async function followRun(runner: JobRunner, project: Project, document: TrainDocument, control: JobControl): Promise<'finished' | 'stopped'> {
  const { db, blobs, record: { id: projectId } } = project;
  const { runId } = document;
  /** Made durable by the job; it becomes a row together with the event that says the run has ended. */
  let trained: Trained | undefined;
  let ended: 'finished' | 'stopped' | undefined;

  function change(now: Partial<RunRecord>): void {
    updateRun(db, runId, now);
    runner.publish({ type: 'run.changed', projectId, run: run(db, runId) });
  }
  function tell(body: RunEventBody): void {
    runner.publish({ type: 'run.event', projectId, runId, event: appendRunEvent(db, runId, body) });
  }

  function hear(body: RunEventBody): void {
    switch (body.type) {
      case 'finished': return finish(body);
      case 'plan':
        tell(body);
        return change({ engine: body.engine });
      case 'epoch':
        tell(body);
        if (body.best) change({ best: { epoch: body.epoch, ...body.validation } });
        return;
      case 'progress':
        control.progress({ done: body.done, total: body.total, what: body.what, secondsLeft: body.secondsLeft });
        return tell(body);
      case 'checkpoint':
        tell(body);
        return forget(checkpointsKept);
      default: return tell(body);
    }
  }

  /** What is no longer named is removed beside the work; what stays by a fault is collected when the project is opened next. */
  function forget(keep: number): void {
    for (const blob of forgetCheckpoints(db, runId, keep)) {
      blobs.remove(blob).catch((error: unknown) => runner.platform.log('warning', `the old checkpoint ${blob} could not be removed`, error));
    }
  }

  /** Model, event and status become visible together, or none of them. */
  function finish(body: Finished): void {
    if (!trained || ended) throw new StudioError('internal', 'job.no-model', { run: runId }, 'The run ended without handing over its model, or ended twice. Resume it.');
    const modelId = randomUUID(), made = trained;
    const status = body.stopped ? 'stopped' : 'finished';
    const { epoch, validation } = body.metrics;
    const event = db.transaction(() => {
      storeModel(project, document, made, modelId);
      updateRun(db, runId, { status, modelId, seconds: body.seconds, endedAt: new Date().toISOString(), best: { epoch, ...validation } });
      forgetProgress(db, runId);
      return appendRunEvent(db, runId, { ...body, modelId });
    });
    ended = status;
    forget(0);
    runner.publish({ type: 'run.event', projectId, runId, event });
    runner.publish({ type: 'run.changed', projectId, run: run(db, runId) });
  }

  try {
    change({ status: 'running', startedAt: run(db, runId).startedAt ?? new Date().toISOString() });
    await superviseUnder(control, runner.platform, document, (news) => {
      switch (news.type) {
        case 'event': return hear(news.body);
        case 'model': trained = news.model; return;
        case 'progress': return control.progress(news);
        default: throw new StudioError('internal', 'job.protocol', { type: news.type }, 'The training job told something that is none of its business. Restart Fovea after an update.');
      }
    });
    if (ended) return ended;
    change({ status: 'stopped', endedAt: new Date().toISOString() });
    return 'stopped'; // asked to stop before there was anything to keep
  } catch (error) {
    if (ended) {
      runner.platform.log('warning', `run ${runId} had its model when its process ended badly`, error);
      return ended;
    }
    const record = errorRecord(error);
    const status: RunStatus = record.code === 'cancelled' ? 'interrupted' : 'failed';
    change({ status, endedAt: new Date().toISOString(), error: record });
    if (status === 'failed') tell({ type: 'failed', runId, error: record });
    throw error;
  }
}

function storeModel({ db }: Project, { runId, task, backbone, strategy: strategyId, pretraining, dataset }: TrainDocument, { delta, deltaBytes, head, classes, preprocessing }: Trained, id: string): void {
  const number = runs(db).findIndex((one) => one.id === runId) + 1;
  const { parent, parentModel } = runOrigin(db, runId);
  insertModel(db, {
    record: {
      id, runId, name: `${number}: ${backboneFacts(backbone).title}, ${(task === 'segmentation' ? maskStrategy : strategy)(strategyId).title}${pretraining ? ', after SimSiam' : ''}`, createdAt: new Date().toISOString(), backbone, parent, parentModel,
      head: head.kind, classes, preprocessing, dataset, bytes: deltaBytes,
    },
    head,
    delta,
  });
}
