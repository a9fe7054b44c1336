// A model site by site: its scores from predictions that are kept, and how unlike the sites' pictures are to its backbone.
import { StudioError } from '#contract/errors.ts';
import type { SitesDocument } from '#contract/jobs.ts';
import type { Partition } from '#contract/records.ts';
import { SiteDistances } from '#contract/sites.ts';
import type { SiteScore, SiteScores } from '#contract/sites.ts';
import { evaluations, jobs, model, predictionsOf, report, writeReport } from '../db/index.ts';
import type { Project, StoredPrediction } from '../db/index.ts';
import { evaluate } from '../evaluation/index.ts';
import { picturesOf } from './evaluate.ts';
import { predictDocument } from './predict-document.ts';
import { jobImage } from './pictures.ts';
import type { RunPicture } from './pictures.ts';
import type { JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';

const replicates = 1000;

/** Of the partitions that the model was measured on, where their pictures are of several sites. */
export function siteScores(project: Project, modelId: string): SiteScores[] {
  const { db, record: { task } } = project, stored = model(db, modelId);
  if (task !== 'classification') return [];
  const measured = new Set(evaluations(db, modelId).map(({ partition }) => partition)), predictions = predictionsOf(db, modelId), pictures = picturesOf(project, stored);
  return (['validation', 'test'] satisfies Partition[]).filter((partition) => measured.has(partition)).flatMap((partition) => {
    const bySite = Map.groupBy(pictures.filter((one) => one.partition === partition && one.image.site !== null), ({ image }) => image.site!);
    if (bySite.size < 2) return [];
    const sites = [...bySite].sort(([a], [b]) => (a < b ? -1 : 1)).map(([site, own]) => ({ site, ...scorePictures(own, predictions, stored.record.classes) }));
    return [{ partition, sites }];
  });
}

/** Accuracy with an interval over subjects; pictures that could not be read do not count. */
export function scorePictures(pictures: readonly RunPicture[], predictions: ReadonlyMap<string, StoredPrediction>, classes: readonly string[]): Omit<SiteScore, 'site'> {
  const read = pictures.filter(({ id }) => predictions.get(id)?.probabilities != null);
  if (read.length === 0) return { n: 0, subjects: 0, accuracy: unknown, balancedAccuracy: unknown };
  const { n, subjects, accuracy, balancedAccuracy } = evaluate({
    classes, probabilities: read.map(({ id }) => predictions.get(id)!.probabilities!), references: read.map(({ targets }) => targets[0]!), subjects: read.map(({ image }) => image.subject), majorityClass: 0, seed: 1, replicates,
  });
  return { n, subjects, accuracy, balancedAccuracy };
}

const unknown = { value: null, low: null, high: null };

/** On the labelled pictures of the model's training and validation partitions. Throws `refused` for fewer than two sites. */
export function startSiteMeasure(runner: JobRunner, project: Project, modelId: string): string {
  const { db } = project, stored = model(db, modelId);
  const pictures = picturesOf(project, stored).filter(({ partition, image }) => partition !== 'test' && image.site !== null);
  const count = new Set(pictures.map(({ image }) => image.site)).size;
  if (count < 2) throw new StudioError('refused', 'sites.one', { n: count }, 'The training and validation pictures of this model are of one site, or their site is not known. Give pictures their site on Images.');
  return runner.start(project, {
    kind: 'sites',
    lane: 'compute',
    subjectId: modelId,
    async work(control) {
      const { kind: _, images: _images, task: _task, head: _head, ...common } = predictDocument(runner.platform, project, stored, [], control.jobId);
      const document: SitesDocument = { ...common, kind: 'sites', images: pictures.map((one) => ({ ...jobImage(one), site: one.image.site! })) };
      const sites: SiteDistances['sites'] = [];
      await superviseUnder(control, runner.platform, document, (news) => {
        if (news.type === 'progress') control.progress(news);
        if (news.type === 'distance') sites.push({ site: news.site, ...news.distance });
      });
      if (control.stop.aborted) return 'stopped';
      writeReport(db, control.jobId, { modelId, createdAt: new Date().toISOString(), sites } satisfies SiteDistances);
      return 'finished';
    },
  });
}

/** The newest measurement for a model; null before the first. */
export function lastSiteDistances({ db }: Project, modelId: string): SiteDistances | null {
  for (const { id, kind, subjectId } of jobs(db).toReversed()) {
    const found = kind === 'sites' && subjectId === modelId ? SiteDistances.safeParse(report(db, id)) : null;
    if (found?.success) return found.data;
  }
  return null;
}
