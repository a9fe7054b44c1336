// The instant baseline: the classes of the training pictures whose features point in the most similar direction.

/** Rows of unit length with the classes of each. */
export interface Neighbourhood {
  readonly columns: number;
  readonly classes: number;
  /** [rows, columns], float32 */
  readonly rows: Float32Array;
  readonly labels: readonly (readonly number[])[];
}

export const neighbourCounts = [5, 11] as const;

/** @param features [rows, columns] as they come from the network */
export function neighbourhood(features: Float32Array, columns: number, labels: readonly (readonly number[])[], classes: number): Neighbourhood {
  return { columns, classes, rows: unitRows(features, columns), labels };
}

/**
 * Probability of each class: (votes + prior) / (neighbours + 1), where the prior is 1/classes, or one half when several classes can be present.
 * So none is ever 0, and ties fall to the nearer side as little as possible.
 * @param groups with `ownGroups`: a row never votes for a query of its own group
 */
export function neighbourProbabilities(space: Neighbourhood, queries: Float32Array, neighbours: number, exclusive: boolean, groups?: { readonly ofRows: readonly string[]; readonly ofQueries: readonly string[] }): number[][] {
  const { columns, classes, rows, labels } = space;
  const unit = unitRows(queries, columns);
  const prior = exclusive ? 1 / classes : 0.5;
  const similarity = new Float64Array(labels.length);
  return Array.from({ length: unit.length / columns }, (_, q) => {
    for (let i = 0; i < labels.length; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += rows[i * columns + j]! * unit[q * columns + j]!;
      similarity[i] = groups && groups.ofRows[i] === groups.ofQueries[q] ? -Infinity : sum;
    }
    const nearest = Array.from(similarity.keys()).filter((i) => similarity[i] !== -Infinity).sort((a, b) => similarity[b]! - similarity[a]! || a - b).slice(0, neighbours);
    const votes = new Array<number>(classes).fill(0);
    for (const i of nearest) for (const c of labels[i]!) votes[c] = votes[c]! + 1;
    return votes.map((count) => (count + prior) / (nearest.length + 1));
  });
}

/** The number of neighbours with the lower log loss when every training picture is judged by those of other groups. */
export function chooseNeighbours(space: Neighbourhood, exclusive: boolean, groups: readonly string[]): number {
  const loss = (neighbours: number) => neighbourProbabilities(space, space.rows, neighbours, exclusive, { ofRows: groups, ofQueries: groups })
    .reduce((sum, row, i) => sum - row.reduce((logs, p, c) => logs + (space.labels[i]!.includes(c) ? Math.log(p) : exclusive ? 0 : Math.log(1 - p)), 0), 0);
  const losses = neighbourCounts.map((neighbours) => ({ neighbours, loss: loss(neighbours) }));
  return losses.reduce((a, b) => (b.loss < a.loss ? b : a)).neighbours;
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
