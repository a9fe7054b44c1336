// A state of pictures, labels and split as one canonical text: the same data give the same text on every machine, in every project.
import type { AnnotationRecord, ClassRecord, ImageRecord, Task } from '#contract/records.ts';
import { canonicalJson } from './canonical.ts';
import type { Assignment } from './splits.ts';

export interface DatasetState {
  readonly task: Task;
  /** In their order, which is the order of a model's outputs. */
  readonly classes: readonly ClassRecord[];
  readonly images: readonly ImageRecord[];
  readonly annotations: readonly AnnotationRecord[];
  /** By picture id. */
  readonly assignments: ReadonlyMap<string, Assignment>;
}

/**
 * One line of JSON about the whole, then one for each picture, sorted by content and path. Free of ids and times: only what
 * training and evaluation see.
 */
export function datasetManifest(state: DatasetState): string {
  const names = new Map(state.classes.map(({ id, name }) => [id, name]));
  const labels = Map.groupBy(state.annotations, ({ imageId }) => imageId);
  const keys = state.images.map((image) => {
    const line = pictureLine(image, labels.get(image.id) ?? [], state.assignments.get(image.id), names);
    return { key: pictureKey(image, line), line };
  });
  keys.sort((a, b) => byCodeUnit(a.key, b.key));
  return `${[datasetHead(state), ...keys.map(({ line }) => line)].join('\n')}\n`;
}

/** The first line. */
export function datasetHead({ task, classes }: Pick<DatasetState, 'task' | 'classes'>): string {
  return canonicalJson({ dataset: 1, task, classes: classes.map(({ name }) => name) });
}

/** The line of one picture. Keys stand in the order of the alphabet already: lines are canonical without sorting ten thousand objects. @param names of classes, by id */
export function pictureLine({ excluded, frame, path, sha256, site, subject }: ImageRecord, annotations: readonly AnnotationRecord[], assignment: Assignment | undefined, names: ReadonlyMap<string, string>): string {
  return JSON.stringify({
    excluded,
    fold: assignment?.fold ?? null,
    frame,
    labels: annotations.map(({ classId, geometry, reader }) => canonicalJson([names.get(classId) ?? null, geometry, reader])).sort(byCodeUnit),
    partition: assignment?.partition ?? null,
    path, sha256, site, subject,
  });
}

/** What lines are sorted by. */
export const pictureKey = ({ sha256, path }: ImageRecord, line: string): string => `${sha256} ${path} ${line}`;

/** Not localeCompare, whose order hangs on the machine. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
