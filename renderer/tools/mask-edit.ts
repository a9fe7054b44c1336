// What painting or erasing an area does to the masks of a picture: which grow, which give way, which go. Plain data, for every tool alike.
import type { Mask } from '#contract/geometry.ts';
import { area, isEmpty } from '#contract/masks/runs.ts';
import { meet, subtract, unite } from '#contract/masks/sets.ts';

export interface EditedObject { readonly id: string; readonly classId: string; readonly mask: Mask }

/** What happens where other objects are: they keep their pixels, lose them, or both have them. */
export const overlaps = ['stop', 'replace', 'allow'] as const;
export type Overlap = (typeof overlaps)[number];

export interface PaintOptions {
  readonly classId: string;
  /** `objects`: each its own mask; `areas`: one mask per class. */
  readonly kind: 'objects' | 'areas';
  readonly overlap: Overlap;
  /** The object that grows; none = in `areas` the class's own, in `objects` a new one. */
  readonly into: string | null;
}

export interface Edit {
  readonly change: readonly { readonly id: string; readonly mask: Mask }[];
  readonly remove: readonly string[];
  /** Of the class that was painted. */
  readonly add: Mask | null;
}

const none: Edit = { change: [], remove: [], add: null };

/** @param objects the picture's masks, or at least all that the area might meet, the class's own, and `into` */
export function painted(objects: readonly EditedObject[], painting: Mask, { classId, kind, overlap, into }: PaintOptions): Edit {
  const target = objects.find(({ id }) => id === into) ?? objects.find((one) => one.classId === classId && (kind === 'areas' || isEmpty(one.mask)));
  // Areas of one class are one: only those of other classes are in the way.
  const others = objects.filter((one) => one !== target && meet(one.mask, painting));
  const added = overlap === 'stop' ? others.reduce((left, { mask }) => subtract(left, mask), painting) : painting;
  if (isEmpty(added)) return none;
  const losers = overlap === 'replace' ? others.map(({ id, mask }) => ({ id, mask: subtract(mask, added) })) : [];
  const grown = target && unite(target.mask, added), same = target !== undefined && grown !== undefined && area(grown) === area(target.mask);
  if (same && losers.length === 0) return none;
  return {
    change: [...(target && grown && !same ? [{ id: target.id, mask: grown }] : []), ...losers.filter(({ mask }) => !isEmpty(mask))],
    remove: losers.filter(({ mask }) => isEmpty(mask)).map(({ id }) => id),
    add: target ? null : added,
  };
}

/** @param from only this object; none = all that the area meets */
export function erased(objects: readonly EditedObject[], erasing: Mask, from: string | null): Edit {
  const met = objects.filter((one) => (from === null || one.id === from) && meet(one.mask, erasing)).map(({ id, mask }) => ({ id, mask: subtract(mask, erasing) }));
  return { change: met.filter(({ mask }) => !isEmpty(mask)), remove: met.filter(({ mask }) => isEmpty(mask)).map(({ id }) => id), add: null };
}
