// Mixup: training on pictures between pictures, so that a network does not learn single ones by heart (Zhang et al. 2018).
import type { Batch } from '../../engines/engine.ts';
import { stream } from '../../random.ts';
import type { Stream } from '../../random.ts';
import type { Tensor } from '../../tensor.ts';
import type { Opening } from './regulariser.ts';

/** x = s x_i + (1 - s) x_j and the same for all targets and weights, with s from Beta(alpha, alpha) once per batch and j a permutation of i. */
export const mixup: Opening<'mixup'> = async ({ alpha }, { run: { document: { seed } } }) => ({
  terms: [],
  async prepare(batch, { step }) {
    const share = beta(stream(seed, `mixup/share/${step}`), alpha);
    const partner = stream(seed, 'mixup/partner').permutation(step, batch.input.shape[0] ?? 0);
    return mixed(batch, share, partner);
  },
});

/** The batch with each row mixed with that of its partner. */
export function mixed({ input, targets, weight, weights, seed }: Batch, share: number, partner: ArrayLike<number>): Batch {
  const rows = (tensor: Tensor): Tensor => ({ shape: tensor.shape, data: mixedRows(tensor.data, share, partner) });
  return {
    input: rows(input), targets: new Map([...targets].map(([key, target]) => [key, rows(target)])), seed,
    ...(weight && { weight: mixedRows(weight, share, partner) }),
    ...(weights && { weights: new Map([...weights].map(([key, one]) => [key, mixedRows(one, share, partner)])) }),
  };
}

function mixedRows(data: Float32Array, share: number, partner: ArrayLike<number>): Float32Array {
  const length = data.length / partner.length;
  return Float32Array.from(data, (value, i) => {
    const row = Math.floor(i / length);
    return share * value + (1 - share) * data[i + (partner[row]! - row) * length]!;
  });
}

/** A draw from Beta(alpha, alpha): G1 / (G1 + G2) with two from Gamma(alpha). */
export function beta(random: Stream, alpha: number): number {
  const next = counter();
  const logOf = [gammaLog(random, alpha, next), gammaLog(random, alpha, next)] as const;
  // In logarithms, since both of Gamma(0.01) may be too small for a number.
  return 1 / (1 + Math.exp(logOf[1] - logOf[0]));
}

const counter = () => {
  let index = 0;
  return () => index++;
};

/** Logarithm of a draw from Gamma(alpha, 1): Marsaglia and Tsang 2000, and for alpha below 1 their boost by u^(1 / alpha). */
function gammaLog(random: Stream, alpha: number, next: () => number): number {
  if (alpha < 1) return gammaLog(random, alpha + 1, next) + Math.log(1 - random.uniform(next())) / alpha;
  const d = alpha - 1 / 3, c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal(next()), v = (1 + c * x) ** 3;
    const u = 1 - random.uniform(next());
    if (v > 0 && Math.log(u) < x * x / 2 + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
