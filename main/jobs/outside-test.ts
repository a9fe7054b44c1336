// The labelled pictures that may be looked at before the end: all but those of the test partition, for whatever chooses between networks.
import { StudioError } from '#contract/errors.ts';
import type { JobImage } from '#contract/jobs.ts';
import { currentSplitId, datasetHash, datasetState, duplicates } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { makeSplit } from '../splits/index.ts';
import { groupsOf } from './groups.ts';
import { canonicalOrder, jobImage } from './pictures.ts';
import { referencesOf } from './references.ts';

export interface OutsideTest {
  readonly images: readonly JobImage[];
  /** Fold in which each is held out; pictures of a group together, classes evenly. */
  readonly folds: readonly number[];
  readonly classes: readonly string[];
  readonly dataset: string;
  readonly subjects: number;
}

/** Throws `refused` for another task than one class per picture, for fewer than two classes, and for fewer groups than folds. */
export function outsideTest({ db, record: { task } }: Project, folds: number, seed: number): OutsideTest {
  if (task !== 'classification') throw new StudioError('refused', 'choosing.task', { task }, 'Backbones and strategies can be compared in projects with one class per picture.');
  const state = datasetState(db, currentSplitId(db));
  const groups = groupsOf(state.images, duplicates(db));
  const { targets } = referencesOf(state.annotations, state.classes.map(({ id }) => id), task);
  const images = canonicalOrder(state.images).flatMap((image): JobImage[] => {
    const partition = state.assignments.get(image.id)?.partition, own = targets.get(image.id);
    if (image.excluded || own === undefined || partition === 'test') return [];
    return [{ ...jobImage({ id: image.id, image, crop: null, partition: 'train', targets: own, group: groups.get(image.id)! }), partition: null }];
  });
  const present = new Set(images.flatMap((image) => image.targets));
  if (present.size < 2) throw new StudioError('refused', 'choosing.one-class', { n: images.length }, 'Choosing between networks needs labelled pictures of at least two classes outside the test partition. Label some more.');
  const { fold } = makeSplit(images.map((image) => ({ id: image.id, classIndex: image.targets[0] ?? null, group: image.group, declared: null })), { validation: 0, test: 0, folds, seed });
  return {
    images, folds: images.map(({ id }) => fold.get(id)!), classes: state.classes.map(({ name }) => name), dataset: datasetHash(state),
    subjects: new Set(images.map(({ group }) => group)).size,
  };
}
