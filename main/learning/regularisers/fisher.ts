// How much the parent's answers depend on each of its weights: the diagonal of the Fisher information.
import { setImmediate } from 'node:timers/promises';
import type { Batch } from '../../engines/engine.ts';
import { parameters } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import { probabilitiesOf } from '../losses.ts';
import type { LossKind } from '../losses.ts';
import { optimizers } from '../optimizers.ts';
import { PARENT_HEAD } from './parent-head.ts';
import type { PhaseContext } from './regulariser.ts';

const ANSWER = 'answer';

/**
 * F_i = mean over pictures of (d log p(y | x) / d w_i)^2, of the parent in inference mode (Kirkpatrick et al. 2017). y are the picture's classes where the parent was trained
 * on it, else a draw from what the parent answers.
 * @param names parameters
 * @param members pictures, one gradient each
 */
export async function fisherInformation({ run, inputs, engine, start, values }: PhaseContext, names: ReadonlySet<string>, members: readonly number[]): Promise<TensorMap> {
  const { network } = inputs, { seed, precision } = run.document;
  const { parent, continuesHead } = run;
  const [output, kind, width, classes] = continuesHead ? [network.output, run.kind, run.logits, parent.mapped] : [PARENT_HEAD, parent.kind, parent.head?.classes ?? 0, parent.targets];
  const trainer = await engine.trainer!({
    network, groups: new Map([...names].map((name) => [name, 0])), batchStatistics: new Set(), precision, optimizer: optimizers.sgd,
    // The log-likelihood of several classes is a sum; the loss is their mean.
    loss: [{ kind, logits: output, target: ANSWER, coefficient: kind === 'cross-entropy' ? 1 : width }], ...(!continuesHead && { alsoPredicts: [PARENT_HEAD] }),
  });
  try {
    await trainer.load(new Map(parameters(network).map(({ name }) => [name, start.get(name) ?? values.get(name)!])), { fresh: true });
    const sums = new Map<string, { readonly shape: readonly number[]; readonly data: Float64Array }>();
    const random = stream(seed, 'fisher/answer');
    let done = 0;
    for await (const { members: [member = 0], input } of inputs.read(members.map((one) => [one]), null)) {
      const logits = await trainer.predict(input, output);
      const answers = classes?.get(member) ?? drawn(kind, logits.data, (draw) => random.uniform(done * width + draw));
      const target: Tensor = { shape: [1, width], data: Float32Array.from({ length: width }, (_, c) => (answers.includes(c) ? 1 : 0)) };
      const batch: Batch = { input, targets: new Map([[ANSWER, target]]), seed: [0, 0] };
      for (const [name, { shape, data }] of (await trainer.gradients(batch)).gradients) {
        const sum = sums.get(name)?.data ?? new Float64Array(data.length);
        for (let i = 0; i < data.length; i++) sum[i] = sum[i]! + data[i]! * data[i]!;
        sums.set(name, { shape, data: sum });
      }
      done++;
      if (run.io.stopRequested()) break;
      await setImmediate(); // a wish to stop has to come in
    }
    return new Map([...sums].map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data, (sum) => sum / Math.max(1, done)) }]));
  } finally {
    await trainer.close();
  }
}

/** Classes as likely as the answer says: one, or each by itself. */
function drawn(kind: LossKind, logits: Float32Array, uniform: (draw: number) => number): number[] {
  const probabilities = probabilitiesOf(kind, logits);
  if (kind === 'binary-cross-entropy') return probabilities.flatMap((p, c) => (uniform(c) < p ? [c] : []));
  let sum = 0;
  const found = probabilities.findIndex((p) => (sum += p) > uniform(0));
  return [found < 0 ? probabilities.length - 1 : found];
}
