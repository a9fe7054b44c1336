// Pictures that stay together, as the counts that a split balances.
import type { Partition } from '#contract/records.ts';

export interface SplitPicture {
  readonly id: string;
  /** Null for a picture without a label: it is split too, so that a label that comes later finds its place. */
  readonly classIndex: number | null;
  /** Subject, or cluster of duplicates. A name that follows from the data, so that the same data give the same split. */
  readonly group: string;
  /** Partition that the import declared. */
  readonly declared: Partition | null;
}

/**
 * One group and how many of its pictures lie in each stratum.
 * Strata: 0 = all pictures, 1 = without a label, 2 + i = class i.
 */
export interface Group {
  readonly name: string;
  readonly pictures: readonly SplitPicture[];
  readonly counts: readonly number[];
}

export const everything = 0;
export const stratumOf = ({ classIndex }: SplitPicture) => (classIndex === null ? 1 : 2 + classIndex);

/** Groups in the order of their names, whatever the order of the pictures. */
export function groupsOf(pictures: readonly SplitPicture[]): readonly Group[] {
  const strata = Math.max(2, ...pictures.map((picture) => stratumOf(picture) + 1));
  const byName = Map.groupBy(pictures, ({ group }) => group);
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, members]) => {
    const counts = new Array<number>(strata).fill(0);
    for (const member of members) {
      counts[everything]!++;
      counts[stratumOf(member)]!++;
    }
    return { name, pictures: members, counts };
  });
}
