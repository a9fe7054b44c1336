// The labelled pictures of a project as a run sees them: in canonical order, with partition, targets and group.
import type { JobImage } from '#contract/jobs.ts';
import type { DuplicateRecord, ImageRecord, Partition } from '#contract/records.ts';
import type { Assignment, DatasetState } from '../db/index.ts';
import { groupsOf } from './groups.ts';
import { referencesOf } from './references.ts';

export interface RunPicture {
  readonly image: ImageRecord;
  readonly partition: Partition;
  readonly targets: readonly number[];
  readonly group: string;
}

export interface RunPictures {
  readonly pictures: readonly RunPicture[];
  /** Sentences about labelled pictures that are left out, and labels that contradict each other. */
  readonly notes: readonly string[];
}

/** By content, path and frame: the same data come in the same order, however they were imported. */
export function canonicalOrder(images: readonly ImageRecord[]): ImageRecord[] {
  const key = ({ sha256, path, frame }: ImageRecord) => `${sha256} ${path} ${String(frame).padStart(9, '0')}`;
  return images.map((image) => ({ image, key: key(image) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ image }) => image);
}

/** @param fold which fold is the validation partition; null = the split's own */
export function partitionIn({ partition, fold: own }: Assignment, fold: number | null): Partition {
  if (fold === null || partition === 'test' || own === null) return partition;
  return own === fold ? 'validation' : 'train';
}

/**
 * Pictures that a run can learn from or be measured on: labelled, not excluded, and in the split.
 * @param classIds in the order of the model's outputs
 */
export function runPictures({ images, annotations, assignments, task, classes }: DatasetState, duplicates: readonly DuplicateRecord[], classIds: readonly string[], fold: number | null): RunPictures {
  const groups = groupsOf(images, duplicates);
  const { targets, disputed } = referencesOf(annotations, classIds, task);
  const usable = canonicalOrder(images).filter(({ id, excluded }) => !excluded && targets.has(id));
  const pictures = usable.flatMap((image): RunPicture[] => {
    const assignment = assignments.get(image.id);
    return assignment ? [{ image, partition: partitionIn(assignment, fold), targets: targets.get(image.id)!, group: groups.get(image.id)! }] : [];
  });
  const notes: string[] = [];
  const late = usable.length - pictures.length;
  if (late > 0) notes.push(`${late} labelled ${late === 1 ? 'picture is' : 'pictures are'} not in the split because ${late === 1 ? 'it' : 'they'} came later. Make a new split to use ${late === 1 ? 'it' : 'them'}.`);
  if (disputed.length > 0) notes.push(`${disputed.length} ${disputed.length === 1 ? 'picture is' : 'pictures are'} left out because the readers disagree on the class.`);
  const names = new Map(classes.map(({ id, name }) => [id, name]));
  notes.push(...contradictions(pictures, (index) => names.get(classIds[index] ?? '') ?? ''));
  return { pictures, notes };
}

/** Pictures with the same bytes and another class: at least one of the labels is wrong. */
function contradictions(pictures: readonly RunPicture[], className: (index: number) => string): string[] {
  const twins = [...Map.groupBy(pictures, ({ image }) => `${image.sha256} ${image.frame}`).values()].filter((same) => new Set(same.map(({ targets }) => targets.join())).size > 1);
  return twins.slice(0, 3).map((same) => `${same.map(({ image, targets }) => `${image.path} (${targets.map(className).join(', ')})`).join(' and ')} are the same picture with different classes.`)
    .concat(twins.length > 3 ? [`${twins.length - 3} more pictures are there twice with different classes.`] : []);
}

export function jobImage({ image, partition, targets, group }: RunPicture): JobImage {
  return { id: image.id, source: { blob: image.sha256 }, partition, targets: [...targets], group };
}
