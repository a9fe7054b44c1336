// The split that runs stand on: by subject and duplicate, stratified, seeded; made on request, or when a run needs one.
import { randomUUID } from 'node:crypto';
import { StudioError } from '#contract/errors.ts';
import { Partition } from '#contract/records.ts';
import type { DuplicateRecord, SplitOptions, SplitRecord } from '#contract/records.ts';
import { datasetState, duplicates, insertSplit } from '../db/index.ts';
import type { Assignment, DatasetState, Project } from '../db/index.ts';
import { makeSplit } from '../splits/index.ts';
import { groupsOf } from './groups.ts';
import { canonicalOrder } from './pictures.ts';
import { referencesOf } from './references.ts';

export interface DrawnSplit { readonly record: SplitRecord; readonly assignments: readonly Assignment[] }

/** Makes a split of all pictures that are not excluded, labelled or not, and keeps it. */
export function splitProject({ db }: Project, options: SplitOptions): SplitRecord {
  const { record, assignments } = drawSplit(datasetState(db, null), duplicates(db), options);
  insertSplit(db, record, assignments);
  return record;
}

/** By picture: what it is called as a whole; where nobody said, the classes of what is marked in it, the commonest first. */
function classesIn({ annotations, classes, task }: DatasetState): ReadonlyMap<string, readonly number[]> {
  const ids = classes.map(({ id }) => id), { targets } = referencesOf(annotations, ids, task);
  const marked = Map.groupBy(annotations.filter(({ imageId }) => !targets.has(imageId)), ({ imageId }) => imageId);
  const counted = [...marked].map(([imageId, list]) => {
    const counts = [...Map.groupBy(list, ({ classId }) => ids.indexOf(classId))].filter(([index]) => index >= 0);
    return [imageId, counts.toSorted(([a, many], [b, others]) => others.length - many.length || a - b).map(([index]) => index)] as const;
  });
  return new Map([...targets, ...counted]);
}

/** The same without keeping it: for the plan of a run that has no split yet. */
export function drawSplit(state: DatasetState, twins: readonly DuplicateRecord[], options: SplitOptions): DrawnSplit {
  const images = canonicalOrder(state.images).filter(({ excluded }) => !excluded);
  if (images.length === 0) throw new StudioError('refused', 'split.no-pictures', {}, 'There is no picture to split. Import some first.');
  const groups = groupsOf(state.images, twins);
  const targets = classesIn(state);
  const { partition, fold, notes } = makeSplit(
    images.map(({ id, declared }) => ({ id, declared, classIndex: targets.get(id)?.[0] ?? null, group: groups.get(id)! })), options, state.classes.map(({ name }) => name));

  const assignments = images.map(({ id }): Assignment => ({ imageId: id, partition: partition.get(id) ?? 'train', fold: fold.get(id) ?? null }));
  const placed = images.map((image, i) => ({ image, partition: assignments[i]!.partition, targets: targets.get(image.id) ?? [] }));
  const perPartition = (count: (part: Partition) => number) => ({ train: count('train'), validation: count('validation'), test: count('test') });
  const subjectsIn = (part: Partition) => new Set(placed.filter((one) => one.partition === part && one.image.subject !== null).map((one) => one.image.subject));
  const sides = Partition.options.map(subjectsIn);
  const everySubject = new Set(sides.flatMap((side) => [...side]));
  const record: SplitRecord = {
    id: randomUUID(),
    ...options,
    createdAt: new Date().toISOString(),
    counts: perPartition((part) => placed.filter((one) => one.partition === part).length),
    perClass: Object.fromEntries(state.classes.map(({ name }, index) => [name, perPartition((part) => placed.filter((one) => one.partition === part && one.targets.includes(index)).length)])),
    subjects: perPartition((part) => subjectsIn(part).size),
    subjectsShared: [...everySubject].filter((subject) => sides.filter((side) => side.has(subject)).length > 1).length,
    // The split knows classes by number, counted from 1.
    notes: notes.map((note) => note.replace(/^Class number (\d+)/, (_, number: string) => `The class "${state.classes[Number(number) - 1]?.name ?? number}"`)),
  };
  return { record, assignments };
}
