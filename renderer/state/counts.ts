// What one changed picture does to the counts of a project, so that they follow a key press before the studio counts again.
import type { ImageRow, ProjectStatus } from '#contract/overview.ts';

/** The counts after a picture went from `before` to `after`. Subjects, partitions and twins are left for the studio to count. */
export function recount(status: ProjectStatus, before: ImageRow, after: ImageRow): ProjectStatus {
  const change = (of: (row: ImageRow) => boolean) => Number(of(after)) - Number(of(before));
  const labelled = (row: ImageRow) => row.annotations.length > 0;
  const boxes = (row: ImageRow) => row.annotations.filter(({ geometry }) => geometry !== null).length;
  return {
    ...status,
    labelled: status.labelled + change(labelled),
    unsure: status.unsure + change((row) => !labelled(row) && row.image.status === 'unsure'),
    skipped: status.skipped + change((row) => !labelled(row) && row.image.status === 'skipped'),
    excluded: status.excluded + change((row) => row.image.excluded),
    boxes: status.boxes + boxes(after) - boxes(before),
    classes: status.classes.map((one) => ({ ...one, count: one.count + change((row) => row.annotations.some(({ classId }) => classId === one.id)) })),
  };
}
