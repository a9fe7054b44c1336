// What the list of projects says of each: read from its folder without opening it for work.
import { ImageFilter } from '#contract/overview.ts';
import type { ProjectSummary } from '#contract/overview.ts';
import { classCounts, evaluations, imageCounts, imageIds, runs } from '../db/index.ts';
import type { Project } from '../db/index.ts';

/** Pictures that stand for a project: the first, and two at equal distances. */
const SHOWN = 3;

export function summaryOf({ db, record: { id } }: Project): ProjectSummary {
  const { images, labelled, subjects } = imageCounts(db), ids = imageIds(db, ImageFilter.parse({}));
  const measured = evaluations(db, null).filter(({ partition, auc }) => partition === 'validation' && auc.value !== null);
  return {
    projectId: id, images, labelled, subjects, classes: classCounts(db).length, runs: runs(db).length,
    best: measured.toSorted((a, b) => (b.auc.value ?? 0) - (a.auc.value ?? 0))[0]?.auc ?? null,
    pictures: Array.from({ length: Math.min(SHOWN, ids.length) }, (_, place) => ids[Math.floor((place * ids.length) / SHOWN)] ?? '').filter((one) => one !== ''),
  };
}
