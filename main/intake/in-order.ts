// Works on several items at once and gives the results in the order of the items.

/** At most `limit` results are under way or waiting to be taken, so memory does not grow with the number of items. */
export async function* inOrder<Item, Result>(items: readonly Item[], limit: number, work: (item: Item) => Promise<Result>): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for (const item of items) {
      const result = work(item);
      // A failure is thrown when its turn comes; until then it is not unhandled.
      result.catch(() => {});
      underWay.push(result);
      if (underWay.length >= limit) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    // Whoever stops taking, or is stopped by a failure, leaves nothing running behind.
    await Promise.allSettled(underWay);
  }
}
