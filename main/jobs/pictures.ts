// The labelled pictures of a project as a run sees them: in canonical order, with partition, targets and group.
import { cropAround, partId } from '#contract/crop.ts';
import type { Crop, CropOptions } from '#contract/crop.ts';
import type { JobImage } from '#contract/jobs.ts';
import type { AnnotationRecord, DuplicateRecord, ImageRecord, Partition } from '#contract/records.ts';
import type { Assignment, DatasetState } from '../db/index.ts';
import { bounds } from '../formats/index.ts';
import { groupsOf } from './groups.ts';
import { referencesOf } from './references.ts';

export interface RunPicture {
  /** Of the picture, or of the part of it that is meant. */
  readonly id: string;
  readonly image: ImageRecord;
  readonly crop: Crop | null;
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
 * @param crops boxes, and those around polygons and masks, are taken instead of whole pictures
 */
export function runPictures({ images, annotations, assignments, task, classes }: DatasetState, duplicates: readonly DuplicateRecord[], classIds: readonly string[], fold: number | null, crops: CropOptions | null = null): RunPictures {
  const groups = groupsOf(images, duplicates);
  const ordered = canonicalOrder(images).filter(({ excluded }) => !excluded);
  const boxes = crops === null ? [] : boxParts(ordered, annotations, crops);
  const parts = crops === null ? ordered.map((image): Part => ({ id: image.id, image, crop: null })) : [...new Map(boxes.map(({ part }) => [part.id, part])).values()];
  const { targets, disputed } = referencesOf(crops === null ? annotations : boxes.map(({ said }) => said), classIds, task);
  const usable = parts.filter(({ id }) => targets.has(id));
  const pictures = usable.flatMap((part): RunPicture[] => {
    const assignment = assignments.get(part.image.id);
    return assignment ? [{ ...part, partition: partitionIn(assignment, fold), targets: targets.get(part.id)!, group: groups.get(part.image.id)! }] : [];
  });
  const notes: string[] = [];
  const late = usable.length - pictures.length;
  if (late > 0) notes.push(`${late} labelled ${late === 1 ? 'picture is' : 'pictures are'} not in the split because ${late === 1 ? 'it' : 'they'} came later. Make a new split to use ${late === 1 ? 'it' : 'them'}.`);
  if (disputed.length > 0) notes.push(`${disputed.length} ${disputed.length === 1 ? 'picture is' : 'pictures are'} left out because the readers disagree on the class.`);
  const names = new Map(classes.map(({ id, name }) => [id, name]));
  notes.push(...contradictions(pictures, (index) => names.get(classIds[index] ?? '') ?? ''));
  return { pictures, notes };
}

type Part = Pick<RunPicture, 'id' | 'image' | 'crop'>;

/** The boxes of the pictures, and those around polygons and masks, in their order, each as a part with what is said of it as a whole. */
function boxParts(images: readonly ImageRecord[], annotations: readonly AnnotationRecord[], { margin }: CropOptions): { readonly part: Part; readonly said: AnnotationRecord }[] {
  const perImage = Map.groupBy(annotations, ({ imageId }) => imageId);
  return images.flatMap((image) => (perImage.get(image.id) ?? []).flatMap((annotation) => {
    const box = annotation.geometry && bounds(annotation.geometry);
    if (!box) return [];
    const crop = cropAround(box, image, margin), id = partId(image.id, crop);
    return [{ part: { id, image, crop }, said: { ...annotation, imageId: id, geometry: null } }];
  }).sort((a, b) => (a.part.id < b.part.id ? -1 : Number(a.part.id > b.part.id))));
}

/** Pictures with the same bytes and another class: at least one of the labels is wrong. */
function contradictions(pictures: readonly RunPicture[], className: (index: number) => string): string[] {
  const twins = [...Map.groupBy(pictures, ({ image, crop }) => partId(`${image.sha256} ${image.frame}`, crop)).values()].filter((same) => new Set(same.map(({ targets }) => targets.join())).size > 1);
  return twins.slice(0, 3).map((same) => `${same.map(({ image, targets }) => `${image.path} (${targets.map(className).join(', ')})`).join(' and ')} are the same picture with different classes.`)
    .concat(twins.length > 3 ? [`${twins.length - 3} more pictures are there twice with different classes.`] : []);
}

export function jobImage({ id, image, crop, partition, targets, group }: RunPicture): JobImage {
  return { id, source: { blob: image.sha256 }, ...(crop && { crop }), partition, targets: [...targets], group };
}
