// Comparisons: begun, stored unit by unit, and gone on with after a stop, a crash, or when the time was over.
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { StudioError } from '#contract/errors.ts';
import type { ArmRecord, ComparisonOptions, ComparisonRecord, UnitRecord } from '#contract/comparison.ts';
import { PROTOCOL } from '#contract/jobs.ts';
import type { CompareDocument } from '#contract/jobs.ts';
import { comparison, comparisons, insertComparison, insertUnit, jobs, keepFigures, unitsOf } from '../db/index.ts';
import type { ComparisonBasis, Project, StoredComparison } from '../db/index.ts';
import { measureArms, verdictOf } from '../evaluation/index.ts';
import { armsOf, fromScratchSize } from './comparison-arms.ts';
import { outsideTest } from './outside-test.ts';
import type { JobControl, JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';
import { chooseWeights } from './weights.ts';

interface Started { readonly comparisonId: string; readonly jobId: string }

/** Refuses what cannot work, keeps what the comparison stands on, and puts it in the queue. */
export async function startComparison(runner: JobRunner, project: Project, options: ComparisonOptions): Promise<Started> {
  const arms = armsOf(options);
  const { images, folds, classes, dataset } = outsideTest(project, options.folds, options.seed);
  const basis: ComparisonBasis = {
    options, dataset, classes: [...classes], arms,
    images: images.map(({ id, source, group, targets }, i) => ({ id, sha256: 'blob' in source ? source.blob : '', group, reference: targets[0]!, fold: folds[i]! })),
    seeds: Array.from({ length: options.seeds }, (_, i) => options.seed + i),
  };
  await documentArms(runner, basis); // weights that are not there are refused before anything is kept
  const id = randomUUID();
  insertComparison(project.db, id, new Date().toISOString(), basis);
  return { comparisonId: id, jobId: queue(runner, project, id, options.minutes) };
}

/** On the pictures and folds that it began with: those that have changed since are found by their content. */
export async function resumeComparison(runner: JobRunner, project: Project, id: string, minutes: number): Promise<Started> {
  const stored = comparison(project.db, id);
  if (runner.isBusyWith(id)) throw new StudioError('conflict', 'comparison.under-way', { comparison: id }, 'This comparison is under way already.');
  if (missingUnits(stored, unitsOf(project.db, id)).length === 0) throw new StudioError('refused', 'comparison.done', { comparison: id }, 'This comparison is complete. Start a new one.');
  return { comparisonId: id, jobId: queue(runner, project, id, minutes) };
}

function queue(runner: JobRunner, project: Project, id: string, minutes: number): string {
  return runner.start(project, { kind: 'compare', lane: 'compute', subjectId: id, work: (control) => work(runner, project, id, minutes, control) });
}

async function work(runner: JobRunner, project: Project, id: string, minutes: number, control: JobControl): Promise<'finished' | 'stopped'> {
  const { db, blobs, record: { task, id: projectId } } = project;
  const stored = comparison(db, id), { basis } = stored;
  const before = unitsOf(db, id), ofGrid = new Set(basis.arms.flatMap((arm) => (arm.control === null ? [arm.id] : [])));
  const tell = () => runner.publish({ type: 'comparison.changed', projectId, comparison: record(project, comparison(db, id)) });
  const document: CompareDocument = {
    kind: 'compare', protocol: PROTOCOL, jobId: control.jobId, blobs: blobs.folder, home: runner.platform.home, classes: basis.classes, threads: availableParallelism(), precision: 'float32', engine: 'auto',
    seed: basis.options.seed, task, dataset: basis.dataset, arms: await documentArms(runner, basis), units: missingUnits(stored, before), seconds: 60 * minutes,
    slowest: Math.max(0, ...before.flatMap(({ arm, error, seconds }) => (ofGrid.has(arm) && error === null ? [seconds] : []))),
    images: basis.images.map(({ id: image, sha256, group, reference }) => ({ id: image, source: { blob: sha256 }, partition: null, targets: [reference], group })), folds: basis.images.map(({ fold }) => fold),
  };
  tell();
  await superviseUnder(control, runner.platform, document, (news) => {
    if (news.type === 'progress') control.progress(news);
    if (news.type !== 'unit') return;
    insertUnit(db, id, news.unit);
    // Figures take a moment, so they are made when an arm is whole.
    if (!document.units.some(({ arm, fold, seed }) => arm === news.unit.arm && (seed > news.unit.seed || (seed === news.unit.seed && fold > news.unit.fold)))) refresh(project, id);
    tell();
  });
  refresh(project, id);
  tell();
  return missingUnits(stored, unitsOf(db, id)).length > 0 ? 'stopped' : 'finished';
}

function refresh({ db }: Project, id: string): void {
  const { basis } = comparison(db, id);
  const plan = { ...basis, folds: basis.options.folds, seed: basis.options.seed };
  const measured = measureArms(plan, unitsOf(db, id));
  const order = measured.map(({ result }) => result).sort((a, b) => Number(a.arm.control !== null) - Number(b.arm.control !== null) || (b.accuracy.value ?? -1) - (a.accuracy.value ?? -1));
  keepFigures(db, id, { arms: order, verdict: verdictOf(plan, measured) });
}

/** In the order of the arms, cheap ones first. One that failed is tried again. */
function missingUnits({ basis: { arms, options, seeds } }: StoredComparison, done: readonly UnitRecord[]): CompareDocument['units'] {
  const known = new Set(done.filter(({ error }) => error === null).map(({ arm, fold, seed }) => `${arm} ${fold} ${seed}`));
  return arms.flatMap(({ id }) => seeds.flatMap((seed) => Array.from({ length: options.folds }, (_, fold) => ({ arm: id, fold, seed })))).filter(({ arm, fold, seed }) => !known.has(`${arm} ${fold} ${seed}`));
}

async function documentArms({ platform }: JobRunner, { arms }: ComparisonBasis): Promise<CompareDocument['arms']> {
  return Promise.all(arms.map(async ({ id, control, backbone, weights, strategy }: ArmRecord) => {
    // Controls that use no network carry one all the same, since a job's arm has a place for it; it is never opened.
    const named = backbone ?? arms.find((other) => other.backbone !== null)!.backbone!;
    const { weights: located, preprocessing } = await chooseWeights(platform, { backbone: named, weights: backbone === null ? 'none' : weights, strategy: strategy ?? '' });
    return { id, control, backbone: named, weights: located, preprocessing: control === 'from-scratch' ? { ...preprocessing, size: fromScratchSize } : preprocessing, strategy: strategy ?? '', values: {} };
  }));
}

/** Oldest first. */
export const allComparisons = (project: Project): ComparisonRecord[] => comparisons(project.db).map((stored) => record(project, stored));

export const oneComparison = (project: Project, id: string): ComparisonRecord => record(project, comparison(project.db, id));

function record({ db }: Project, { id, createdAt, basis, figures, unitsDone, seconds }: StoredComparison): ComparisonRecord {
  const { options, dataset, classes, arms, images, seeds } = basis;
  const waiting = { status: 'waiting' as const, seconds: 0, cut: 0, accuracy: unknown, balancedAccuracy: unknown, auc: unknown, logLoss: unknown, toBest: null, withinNoise: false, problem: null };
  return {
    id, createdAt, options, dataset, classes, seconds, unitsDone, units: arms.length * seeds.length * options.folds, n: images.length, subjects: new Set(images.map(({ group }) => group)).size,
    status: jobs(db).findLast(({ subjectId }) => subjectId === id)?.status ?? 'interrupted',
    arms: figures?.arms ?? arms.map((arm) => ({ ...waiting, arm })), verdict: figures?.verdict ?? null,
  };
}

const unknown = { value: null, low: null, high: null };
