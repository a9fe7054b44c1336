// How long it will still take, from how long things took.

export interface Estimate {
  /** Tells that `count` units of a kind of work took so many seconds. */
  took(kind: string, count: number, seconds: number): void;
  /** Seconds for the work that is left; null until every kind in it was measured. */
  left(work: Readonly<Record<string, number>>): number | null;
}

/** Weight of a new measurement: about the last ten count. */
const share = 0.2;

export function createEstimate(): Estimate {
  const perUnit = new Map<string, number>();
  return {
    took(kind, count, seconds) {
      if (count <= 0) return;
      const before = perUnit.get(kind);
      const now = seconds / count;
      perUnit.set(kind, before === undefined ? now : before + share * (now - before));
    },
    left(work) {
      let sum = 0;
      for (const [kind, count] of Object.entries(work)) {
        if (count <= 0) continue;
        const each = perUnit.get(kind);
        if (each === undefined) return null;
        sum += count * each;
      }
      return sum;
    },
  };
}
