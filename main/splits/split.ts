// Train, validation and test by group, stratified by class, seeded; and folds over what is not test.
import { StudioError } from '#contract/errors.ts';
import type { Partition, SplitOptions } from '#contract/records.ts';
import { assign } from './assign.ts';
import { pin } from './declared.ts';
import { groupsOf, stratumOf, type Group, type SplitPicture } from './groups.ts';

export type { SplitPicture } from './groups.ts';

export interface MadeSplit {
  /** By picture id. */
  readonly partition: ReadonlyMap<string, Partition>;
  /** By id of each picture outside test: 0 .. folds - 1. Empty with one fold. */
  readonly fold: ReadonlyMap<string, number>;
  /** Sentences about what was moved, or could not be met. */
  readonly notes: readonly string[];
}

const partitions: readonly Partition[] = ['train', 'validation', 'test'];

/**
 * Divides pictures. No group is ever on two sides. The same pictures and seed give the same split, in whatever order the pictures come.
 * @param options shares of the pictures that are divided; what the import declared stays (see declared.ts)
 * @param classes names for the notes, by class index
 * @throws StudioError `refused` when nothing is left to train on, or there are fewer groups than folds
 */
export function makeSplit(pictures: readonly SplitPicture[], { validation, test, folds, seed }: SplitOptions, classes: readonly string[] = []): MadeSplit {
  if (validation + test > 0.95) throw new StudioError('refused', 'split.shares', { validation, test }, `A validation share of ${validation} and a test share of ${test} leave too little to train on. Choose shares whose sum is below 0.95.`);
  const groups = groupsOf(pictures);
  const { pinned, free, open, notes: declaredNotes } = pin(groups, { validation: validation > 0, test: test > 0 });
  const wanted = open.map((side) => (side === 'validation' ? validation : side === 'test' ? test : 0));
  const shares = wanted.map((share, i) => (i === 0 ? 1 - wanted.reduce((sum, other) => sum + other, 0) : share));
  const bins = assign(free, shares, seed, 'partitions');
  const side = new Map<Group, Partition>([...pinned, ...free.map((group, i): [Group, Partition] => [group, open[bins[i]!]!])]);

  const partition = new Map(groups.flatMap((group) => group.pictures.map(({ id }): [string, Partition] => [id, side.get(group)!])));
  const expected = new Map(open.map((part, i) => [part, shares[i]!]));
  return {
    partition,
    fold: makeFolds(groups.filter((group) => side.get(group) !== 'test'), folds, seed),
    notes: [...declaredNotes, ...shareNotes(free, bins, open, expected), ...classNotes(groups, side, classes)],
  };
}

function makeFolds(groups: readonly Group[], folds: number, seed: number): ReadonlyMap<string, number> {
  if (folds === 1) return new Map();
  if (groups.length < folds) {
    throw new StudioError('refused', 'split.folds', { folds, groups: groups.length },
      `${folds} folds need at least ${folds} subjects or single pictures outside the test partition; there are ${groups.length}. Choose fewer folds.`);
  }
  const bins = assign(groups, new Array<number>(folds).fill(1 / folds), seed, 'folds');
  return new Map(groups.flatMap(({ pictures }, i) => pictures.map(({ id }): [string, number] => [id, bins[i]!])));
}

/** A share that is missed by more than a tenth of all pictures is said. */
function shareNotes(free: readonly Group[], bins: readonly number[], open: readonly Partition[], expected: ReadonlyMap<Partition, number>): string[] {
  const all = free.reduce((sum, { pictures }) => sum + pictures.length, 0);
  return open.flatMap((part, bin) => {
    const share = free.reduce((sum, { pictures }, i) => sum + (bins[i] === bin ? pictures.length : 0), 0) / Math.max(1, all);
    const wanted = expected.get(part)!, percent = (value: number) => `${Math.round(100 * value)} %`;
    if (all === 0 || Math.abs(share - wanted) <= 0.1) return [];
    if (share === 0) return [`The ${part} partition is empty: there are too few subjects or pictures (${free.length}).`];
    return [`The ${part} partition has ${percent(share)} of the pictures instead of ${percent(wanted)}, because pictures of one subject stay together.`];
  });
}

/** Classes that a partition lacks. */
function classNotes(groups: readonly Group[], side: ReadonlyMap<Group, Partition>, classes: readonly string[]): string[] {
  const strata = new Set(groups.flatMap(({ pictures }) => pictures.map(stratumOf)).filter((stratum) => stratum >= 2));
  const present = partitions.filter((part) => groups.some((group) => side.get(group) === part));
  return [...strata].sort((a, b) => a - b).flatMap((stratum) => {
    const holders = groups.filter(({ counts }) => counts[stratum]! > 0);
    const missing = present.filter((part) => !holders.some((group) => side.get(group) === part));
    if (missing.length === 0) return [];
    const name = classes[stratum - 2], why = holders.length < present.length ? `it has only ${holders.length === 1 ? '1 subject or picture' : `${holders.length} subjects or pictures`}` : 'its subjects cannot be divided otherwise';
    return [`${name === undefined ? `Class ${stratum - 1}` : `The class ${JSON.stringify(name)}`} has no picture in ${missing.join(' and ')}: ${why}.`];
  });
}
