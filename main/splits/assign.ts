// Divides groups among bins so that each bin gets its share of every stratum: greedy, then improved by single moves.
import { stream } from '../random.ts';
import { everything, type Group } from './groups.ts';

/**
 * Which bin each group goes to.
 * @param groups in an order that follows from the data
 * @param shares of the pictures per bin; they sum to 1. An earlier bin is more important: where groups are too few for all, the last bins go without.
 * @param classes how many strata from 2 on are classes; each is given to every bin where that is possible
 */
export function assign(groups: readonly Group[], shares: readonly number[], seed: number, purpose: string): number[] {
  const balance = new Balance(groups, shares);
  // Large groups first, since small ones can still even things out; groups of one size in a random order.
  const shuffled = [...stream(seed, `split/${purpose}`).permutation(0, groups.length)];
  const order = shuffled.sort((a, b) => groups[b]!.counts[everything]! - groups[a]!.counts[everything]!);
  for (const group of order) balance.place(group, balance.bestBin(group));
  improve(balance, order);
  cover(balance, order);
  return balance.bins;
}

/** Single moves that lower the imbalance, until there is none or enough was tried. */
function improve(balance: Balance, order: readonly number[]): void {
  for (let pass = 0, moved = true; moved && pass < 20; pass++) {
    moved = false;
    for (const group of order) {
      const before = balance.bins[group]!;
      balance.take(group);
      const after = balance.bestBin(group, before);
      balance.place(group, after);
      moved ||= after !== before;
    }
  }
}

/** Gives every bin a picture of every stratum that has enough groups for it: all pictures first, then class by class. */
function cover(balance: Balance, order: readonly number[]): void {
  for (let bin = 0; bin < balance.shares.length; bin++) {
    for (const stratum of balance.strata) {
      if (balance.groupsIn(bin, stratum) > 0) continue;
      const able = order.filter((group) => balance.holds(group, stratum) && balance.mayLeave(group, bin));
      const cost = new Map(able.map((group) => [group, balance.costOfMove(group, bin)]));
      const cheapest = able.toSorted((a, b) => cost.get(a)! - cost.get(b)!)[0];
      if (cheapest === undefined) continue;
      balance.take(cheapest);
      balance.place(cheapest, bin);
    }
  }
}

/** Who is where, and how far that is from the shares: a chi-square over bins and strata. */
class Balance {
  readonly bins: number[];
  readonly shares: readonly number[];
  /** Strata in which every bin should have something: all pictures, then the classes. */
  readonly strata: readonly number[];
  readonly #groups: readonly Group[];
  readonly #targets: readonly (readonly number[])[];
  readonly #placed: number[][];
  /** Groups per bin and stratum. */
  readonly #holders: number[][];

  constructor(groups: readonly Group[], shares: readonly number[]) {
    const strata = groups[0]?.counts.length ?? 0;
    const totals = Array.from({ length: strata }, (_, stratum) => groups.reduce((sum, { counts }) => sum + counts[stratum]!, 0));
    this.#groups = groups;
    this.shares = shares;
    this.strata = totals.flatMap((total, stratum) => (total > 0 && stratum !== 1 ? [stratum] : []));
    this.bins = new Array<number>(groups.length).fill(-1);
    this.#targets = shares.map((share) => totals.map((total) => share * total));
    this.#placed = shares.map(() => new Array<number>(strata).fill(0));
    this.#holders = shares.map(() => new Array<number>(strata).fill(0));
  }

  holds(group: number, stratum: number): boolean {
    return this.#groups[group]!.counts[stratum]! > 0;
  }

  groupsIn(bin: number, stratum: number): number {
    return this.#holders[bin]![stratum]!;
  }

  /** Whether a group's present bin can do without it for the sake of another: it is less important, or keeps something of all that the group has. */
  mayLeave(group: number, bin: number): boolean {
    const own = this.bins[group]!;
    return own !== bin && (own > bin || this.strata.every((stratum) => !this.holds(group, stratum) || this.groupsIn(own, stratum) > 1));
  }

  place(group: number, bin: number): void {
    this.bins[group] = bin;
    this.#count(group, bin, 1);
  }

  take(group: number): void {
    this.#count(group, this.bins[group]!, -1);
    this.bins[group] = -1;
  }

  /** The bin where a group that is nowhere adds least to the imbalance; `kept` wins a tie. */
  bestBin(group: number, kept = 0): number {
    let best = kept, least = this.#cost(group, kept) - 1e-9;
    for (let bin = 0; bin < this.shares.length; bin++) {
      const cost = this.#cost(group, bin);
      if (cost < least) [best, least] = [bin, cost];
    }
    return best;
  }

  costOfMove(group: number, bin: number): number {
    const own = this.bins[group]!;
    this.take(group);
    const cost = this.#cost(group, bin) - this.#cost(group, own);
    this.place(group, own);
    return cost;
  }

  /** What the sum over strata of (placed - target)^2 / target gains by the group. */
  #cost(group: number, bin: number): number {
    const { counts } = this.#groups[group]!, placed = this.#placed[bin]!, target = this.#targets[bin]!;
    let cost = 0;
    for (let stratum = 0; stratum < counts.length; stratum++) {
      const more = counts[stratum]!;
      if (more > 0) cost += more * (2 * (placed[stratum]! - target[stratum]!) + more) / target[stratum]!;
    }
    return cost;
  }

  #count(group: number, bin: number, sign: 1 | -1): void {
    const { counts } = this.#groups[group]!;
    counts.forEach((count, stratum) => {
      this.#placed[bin]![stratum]! += sign * count;
      if (count > 0) this.#holders[bin]![stratum]! += sign;
    });
  }
}
