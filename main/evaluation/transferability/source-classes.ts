// What the classes of the pretrained task say about those of the new one: LEEP and NCE. Neither should be trusted alone.

/** @param probabilities of the source classes, [rows, sources] @param labels of the new task */
export interface SourceOutputs {
  readonly sources: number;
  readonly probabilities: ArrayLike<number>;
}

/** Mean logarithm of the probability that the source classes, by way of how often they go with each label, give the right label (Nguyen et al., "LEEP", ICML 2020). At most 0. */
export function leep({ sources, probabilities }: SourceOutputs, labels: readonly number[], classes: number): number {
  const n = labels.length;
  const joint = new Float64Array(classes * sources), marginal = new Float64Array(sources);
  labels.forEach((label, i) => {
    for (let z = 0; z < sources; z++) {
      const share = probabilities[i * sources + z]! / n;
      joint[label * sources + z] = joint[label * sources + z]! + share;
      marginal[z] = marginal[z]! + share;
    }
  });
  return labels.reduce((sum, label, i) => {
    let probability = 0;
    // A source class that is never likely at all says nothing.
    for (let z = 0; z < sources; z++) if (marginal[z]! > 0) probability += (joint[label * sources + z]! / marginal[z]!) * probabilities[i * sources + z]!;
    return sum + Math.log(probability);
  }, 0) / n;
}

/** Minus the entropy of the label given the likeliest source class (Tran, Nguyen, Hassner, ICCV 2019). At most 0. */
export function nce({ sources, probabilities }: SourceOutputs, labels: readonly number[], classes: number): number {
  const n = labels.length;
  const joint = new Float64Array(classes * sources), marginal = new Float64Array(sources);
  labels.forEach((label, i) => {
    let likeliest = 0;
    for (let z = 1; z < sources; z++) if (probabilities[i * sources + z]! > probabilities[i * sources + likeliest]!) likeliest = z;
    joint[label * sources + likeliest] = joint[label * sources + likeliest]! + 1;
    marginal[likeliest] = marginal[likeliest]! + 1;
  });
  return joint.reduce((sum, count, at) => (count > 0 ? sum + (count / n) * Math.log(count / marginal[at % sources]!) : sum), 0);
}
