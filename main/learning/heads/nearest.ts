// The instant baseline: the classes of the training pictures whose features point in the most similar direction.

/** Rows of unit length with the classes of each. */
export interface Neighbourhood {
  readonly columns: number;
  readonly classes: number;
  /** [rows, columns] */
  readonly rows: Float32Array;
  readonly labels: readonly (readonly number[])[];
}

/** What is tried when nobody names a number. */
export const neighbourCounts = [5, 11] as const;

/** @param features [rows, columns] as they come from the network */
export function neighbourhood(features: Float32Array, columns: number, labels: readonly (readonly number[])[], classes: number): Neighbourhood {
  return { columns, classes, rows: unitRows(features, columns), labels };
}

/**
 * The nearest rows of each query by cosine similarity, nearest first; of equally near ones the first.
 * @param groups where given, a row is no neighbour of a query of its own group
 */
export function nearestRows({ columns, rows, labels }: Neighbourhood, queries: Float32Array, count: number, groups?: { readonly ofRows: readonly string[]; readonly ofQueries: readonly string[] }): number[][] {
  const unit = unitRows(queries, columns);
  return Array.from({ length: unit.length / columns }, (_, q) => {
    const query = unit.subarray(q * columns, (q + 1) * columns);
    const nearest: { readonly row: number; readonly similarity: number }[] = [];
    for (let row = 0; row < labels.length; row++) {
      if (groups && groups.ofRows[row] === groups.ofQueries[q]) continue;
      const similarity = dot(rows, row * columns, query);
      const last = nearest[count - 1];
      if (last && similarity <= last.similarity) continue;
      const place = nearest.findIndex((other) => similarity > other.similarity);
      nearest.splice(place < 0 ? nearest.length : place, 0, { row, similarity });
      if (nearest.length > count) nearest.pop();
    }
    return nearest.map(({ row }) => row);
  });
}

/**
 * Probability of each class from the nearest rows: (votes + prior) / (neighbours + 1), where the prior is 1/classes, or one half when
 * several classes can be present. So none is ever 0.
 * @param nearest rows, nearest first; only the first `neighbours` vote
 * @param exclusive whether a picture has exactly one class
 */
export function vote({ classes, labels }: Neighbourhood, nearest: readonly number[], neighbours: number, exclusive: boolean): number[] {
  const voters = nearest.slice(0, neighbours);
  const votes = new Array<number>(classes).fill(exclusive ? 1 / classes : 0.5);
  for (const row of voters) for (const c of labels[row]!) votes[c] = votes[c]! + 1;
  return votes.map((count) => count / (voters.length + 1));
}

/** The number of neighbours with the lower log loss on the training pictures. @param nearest of each of them, own group left out */
export function chooseNeighbours(space: Neighbourhood, nearest: readonly (readonly number[])[], exclusive: boolean): number {
  const loss = (neighbours: number) => nearest.reduce((sum, rows, i) => {
    const own = space.labels[i]!;
    return sum - vote(space, rows, neighbours, exclusive).reduce((logs, p, c) => logs + (own.includes(c) ? Math.log(p) : exclusive ? 0 : Math.log(1 - p)), 0);
  }, 0);
  const losses = neighbourCounts.map((neighbours) => ({ neighbours, loss: loss(neighbours) }));
  return losses.reduce((a, b) => (b.loss < a.loss ? b : a)).neighbours;
}

/** Four sums at once: one alone would wait for each addition before the next. */
function dot(rows: Float32Array, at: number, query: Float32Array): number {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  const whole = query.length - (query.length % 4);
  for (let j = 0; j < whole; j += 4) {
    s0 += rows[at + j]! * query[j]!;
    s1 += rows[at + j + 1]! * query[j + 1]!;
    s2 += rows[at + j + 2]! * query[j + 2]!;
    s3 += rows[at + j + 3]! * query[j + 3]!;
  }
  for (let j = whole; j < query.length; j++) s0 += rows[at + j]! * query[j]!;
  return s0 + s1 + s2 + s3;
}

function unitRows(features: Float32Array, columns: number): Float32Array {
  const unit = new Float32Array(features.length);
  for (let at = 0; at < features.length; at += columns) {
    let square = 0;
    for (let j = 0; j < columns; j++) square += features[at + j]! ** 2;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let j = 0; j < columns; j++) unit[at + j] = features[at + j]! * scale;
  }
  return unit;
}
