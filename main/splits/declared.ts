// What the import declared about partitions, made consistent: a group lies on one side only.
import type { Partition } from '#contract/records.ts';
import { everything, type Group } from './groups.ts';

export interface Pinned {
  /** Groups whose partition is declared. */
  readonly pinned: ReadonlyMap<Group, Partition>;
  /** Groups that the split divides, and among which partitions, in order of importance. */
  readonly free: readonly Group[];
  readonly open: readonly Partition[];
  readonly notes: readonly string[];
}

/** What was set aside for measuring stays set aside: of a group on two sides, pictures move towards the test partition. */
const strongest: readonly Partition[] = ['test', 'validation', 'train'];

/**
 * Which groups stay where they were declared, and what is left to divide.
 * A group that was declared for two partitions goes as a whole to the one nearer to test, and undeclared pictures follow their group.
 * A partition for which anything was declared takes nothing else; undeclared pictures are divided among train and what was not declared at all.
 * Where everything is declared but nothing for validation, validation (and test, if that is missing too) comes out of what was declared train.
 * Where only test is missing it stays empty: the published partitions are kept as they are.
 */
export function pin(groups: readonly Group[], wanted: { readonly validation: boolean; readonly test: boolean }): Pinned {
  const sides = new Map(groups.map((group) => [group, strongest.filter((side) => group.pictures.some(({ declared }) => declared === side))]));
  const pinned = new Map(groups.flatMap((group): [Group, Partition][] => {
    const side = sides.get(group)![0];
    return side === undefined ? [] : [[group, side]];
  }));
  const notes = moves(groups.filter((group) => sides.get(group)!.length > 1), pinned);

  const declared = new Set(pinned.values()), undeclared = groups.filter((group) => !pinned.has(group));
  const open = (['validation', 'test'] as const).filter((side) => wanted[side] && !declared.has(side));
  if (undeclared.length > 0) return { pinned, free: undeclared, open: ['train', ...open], notes };
  if (declared.has('train') && open.includes('validation')) {
    notes.push(`No picture was declared for ${open.join(' or ')}, so ${open.length === 1 ? 'that partition was' : 'these partitions were'} taken from the training pictures.`);
    const training = groups.filter((group) => pinned.get(group) === 'train');
    return { pinned: new Map([...pinned].filter(([, side]) => side !== 'train')), free: training, open: ['train', ...open], notes };
  }
  for (const side of ['train', ...open] as const) if (!declared.has(side)) notes.push(`No picture was declared for ${side}, so that partition is empty.`);
  return { pinned, free: [], open: ['train'], notes };
}

function moves(torn: readonly Group[], pinned: ReadonlyMap<Group, Partition>): string[] {
  const notes: string[] = [];
  for (const to of ['test', 'validation'] as const) {
    const here = torn.filter((group) => pinned.get(group) === to);
    if (here.length === 0) continue;
    const moved = here.flatMap(({ pictures }) => pictures).filter(({ declared }) => declared !== null && declared !== to).length;
    const [groups, pictures] = [here.length === 1 ? '1 subject or set of duplicates was' : `${here.length} subjects or sets of duplicates were`, moved === 1 ? '1 picture' : `${moved} pictures`];
    notes.push(`${groups} declared on two sides. ${pictures} moved to ${to}, where the rest of the same subject or duplicates lies${examples(here)}.`);
  }
  return notes;
}

/** The names of the largest groups; a hash at the end of one tells a person nothing. */
function examples(groups: readonly Group[]): string {
  const names = groups.toSorted((a, b) => b.counts[everything]! - a.counts[everything]!).slice(0, 3).map(({ name }) => name.replace(/ [0-9a-f]{64}$/, ''));
  return ` (${names.join('; ')}${groups.length > 3 ? '; ...' : ''})`;
}
