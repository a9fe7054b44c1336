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
export function datasetManifest({ task, classes, images, annotations, assignments }: DatasetState): string {
  const names = new Map(classes.map(({ id, name }) => [id, name]));
  const labels = Map.groupBy(annotations, ({ imageId }) => imageId);
  // Keys stand in the order of the alphabet already: the lines are canonical without sorting ten thousand objects.
  const lines = images.map(({ id, excluded, frame, path, sha256, site, subject }) => JSON.stringify({
    excluded,
    fold: assignments.get(id)?.fold ?? null,
    frame,
    labels: (labels.get(id) ?? []).map(({ classId, geometry, reader }) => canonicalJson([names.get(classId) ?? null, geometry, reader])).sort(byCodeUnit),
    partition: assignments.get(id)?.partition ?? null,
    path, sha256, site, subject,
  }));
  const keys = images.map(({ sha256, path }, i) => ({ key: `${sha256} ${path} ${lines[i]}`, line: lines[i]! }));
  keys.sort((a, b) => byCodeUnit(a.key, b.key));
  return `${[canonicalJson({ dataset: 1, task, classes: classes.map(({ name }) => name) }), ...keys.map(({ line }) => line)].join('\n')}\n`;
}

/** Not localeCompare, whose order hangs on the machine. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
