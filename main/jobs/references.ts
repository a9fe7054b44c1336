// The reference standard of each picture: what its annotations say, as indices of classes.
import type { AnnotationRecord, Task } from '#contract/records.ts';

export interface References {
  /** Class indices by picture id; pictures without any are not in it. */
  readonly targets: ReadonlyMap<string, readonly number[]>;
  /** Pictures on whose one class its readers do not agree, with no majority: they count as not labelled. */
  readonly disputed: readonly string[];
}

/**
 * @param classIds in the order of a model's outputs; annotations of other classes are left out
 */
export function referencesOf(annotations: readonly AnnotationRecord[], classIds: readonly string[], task: Task): References {
  const indices = new Map(classIds.map((id, i) => [id, i]));
  const votes = new Map<string, Map<number, number>>();
  for (const { imageId, classId, geometry } of annotations) {
    const index = indices.get(classId);
    if (index === undefined || (task === 'classification' && geometry !== null)) continue;
    const own = votes.get(imageId) ?? new Map<number, number>();
    votes.set(imageId, own.set(index, (own.get(index) ?? 0) + 1));
  }
  const targets = new Map<string, readonly number[]>(), disputed: string[] = [];
  for (const [imageId, own] of votes) {
    const ranked = [...own].sort(([a, n], [b, m]) => m - n || a - b);
    if (task !== 'classification') targets.set(imageId, ranked.map(([index]) => index).sort((a, b) => a - b));
    else if (ranked.length > 1 && ranked[0]![1] === ranked[1]![1]) disputed.push(imageId);
    else targets.set(imageId, [ranked[0]![0]]);
  }
  return { targets, disputed };
}
