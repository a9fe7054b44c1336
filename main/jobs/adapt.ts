// Brings a model to another site: pictures without their labels go to the job, and the labels that there are only tell how well it went.
import { randomUUID } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import type { AdaptDocument, JobImage, JobMessage } from '#contract/jobs.ts';
import type { AdaptationMethod, AdaptationOptions, AdaptationRecord, SiteDistance } from '#contract/sites.ts';
import { datasetState, duplicates, insertModel, model, run, runOrigin, writeReport } from '../db/index.ts';
import type { Project, StoredModel } from '../db/index.ts';
import { picturesOf, predictAll } from './evaluate.ts';
import { predictDocument } from './predict-document.ts';
import { groupsOf } from './groups.ts';
import { jobImage } from './pictures.ts';
import type { RunPicture } from './pictures.ts';
import { referencesOf } from './references.ts';
import type { JobControl, JobRunner } from './runner.ts';
import { scorePictures } from './sites.ts';
import { superviseUnder } from './supervised.ts';

const titles: Readonly<Record<AdaptationMethod, string>> = { adabn: 'AdaBN', coral: 'CORAL', shot: 'SHOT' };

/** Throws `refused` where there is nothing to adapt to or from. @returns id of the job; its report is the AdaptationRecord */
export function startAdaptation(runner: JobRunner, project: Project, options: AdaptationOptions): string {
  const stored = model(project.db, options.modelId);
  const sides = sidesOf(project, stored, options.site);
  return runner.start(project, { kind: 'adapt', lane: 'compute', subjectId: options.modelId, work: (control) => work(runner, project, stored, options, sides, control) });
}

interface Sides {
  /** All pictures of the site that are not in the test partition, as the job gets them. */
  readonly target: AdaptDocument['target'];
  /** Pictures of other sites that the model was trained on. */
  readonly source: readonly JobImage[];
  /** Labelled pictures of the site that it was not trained on, and the validation pictures of the others. */
  readonly measured: { readonly target: readonly RunPicture[]; readonly source: readonly RunPicture[] };
}

function sidesOf(project: Project, stored: StoredModel, site: string): Sides {
  const { db, record: { task } } = project;
  if (task !== 'classification') throw new StudioError('refused', 'adapt.task', { task }, 'Models for one class per picture can be adapted, others cannot yet.');
  const { runId } = stored.record, state = datasetState(db, run(db, runId).splitId);
  const groups = groupsOf(state.images, duplicates(db)), own = picturesOf(project, stored);
  const trained = own.filter(({ partition }) => partition === 'train'), seen = new Set(trained.map(({ image }) => image.id));
  const there = state.images.filter(({ id, excluded, site: at }) => !excluded && at === site && state.assignments.get(id)?.partition !== 'test');
  if (there.length < 2) throw new StudioError('refused', 'adapt.no-pictures', { site, n: there.length }, `There are ${there.length} pictures of the site "${site}" outside the test partition; at least 2 are needed. Check the name of the site, or import more pictures.`);
  const source = trained.filter(({ image }) => image.site !== site);
  if (source.length === 0) throw new StudioError('refused', 'adapt.no-source', { site }, `This model was trained on pictures of the site "${site}" alone, so there is nothing to adapt.`);
  const { targets } = referencesOf(state.annotations, runOrigin(db, runId).classIds, task);
  return {
    target: there.map(({ id, sha256 }) => ({ id, source: { blob: sha256 }, partition: null, targets: [], group: groups.get(id)! })),
    source: source.map(jobImage),
    measured: {
      target: there.flatMap((image): RunPicture[] => (seen.has(image.id) || !targets.has(image.id) ? [] : [{ id: image.id, image, crop: null, partition: 'validation', targets: targets.get(image.id)!, group: groups.get(image.id)! }])),
      source: own.filter(({ partition, image }) => partition === 'validation' && image.site !== site),
    },
  };
}

async function work(runner: JobRunner, project: Project, stored: StoredModel, options: AdaptationOptions, { target, source, measured }: Sides, control: JobControl): Promise<'finished' | 'stopped'> {
  const began = performance.now();
  const { kind: _, images: _images, ...common } = predictDocument(runner.platform, project, stored, [], control.jobId);
  let made: Extract<JobMessage, { type: 'model' }>['model'] | undefined, distance: SiteDistance | null = null;
  const document: AdaptDocument = { ...common, kind: 'adapt', seed: options.seed, method: options.method, source: [...source], target };
  await superviseUnder(control, runner.platform, document, (news) => {
    if (news.type === 'progress') control.progress(news);
    if (news.type === 'model') made = news.model;
    if (news.type === 'distance') distance = news.distance;
  });
  if (!made) return 'stopped';
  const adapted = adaptedModel(stored, options, made);
  insertModel(project.db, adapted);
  const seconds = (performance.now() - began) / 1000;
  const beforeAndAfter = async (pictures: readonly RunPicture[]): Promise<AdaptationRecord['source']> => {
    if (pictures.length === 0) return null;
    const scores = [];
    for (const one of [stored, adapted]) {
      const predictions = await predictAll(runner.platform, project, one, pictures, control);
      if (predictions === null) return null;
      scores.push(scorePictures(pictures, predictions, one.record.classes));
    }
    const [before, after] = scores;
    return { n: pictures.length, subjects: before!.subjects, before: before!.accuracy, after: after!.accuracy };
  };
  const record: AdaptationRecord = {
    options, createdAt: adapted.record.createdAt, modelId: adapted.record.id, pictures: target.length, distance,
    source: await beforeAndAfter(measured.source), target: await beforeAndAfter(measured.target), seconds,
  };
  writeReport(project.db, control.jobId, record);
  return 'finished';
}

/** It belongs to the run of the model that it was made from: the same split, the same classes. */
function adaptedModel({ record }: StoredModel, { site, method }: AdaptationOptions, { delta, deltaBytes, head }: Extract<JobMessage, { type: 'model' }>['model']): StoredModel {
  return { head, delta, record: { ...record, id: randomUUID(), name: `${record.name}, for ${site} (${titles[method]})`, createdAt: new Date().toISOString(), head: head.kind, bytes: deltaBytes } };
}
