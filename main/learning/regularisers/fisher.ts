// How much the parent's answers depend on each of its weights: the diagonal of the Fisher information.
import { setImmediate } from 'node:timers/promises';
import type { Batch } from '../../engines/engine.ts';
import { parameters } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import { probabilitiesOf } from '../losses.ts';
import { optimizers } from '../optimizers.ts';
import { PARENT_HEAD } from './parent-head.ts';
import type { PhaseContext } from './regulariser.ts';

const ANSWER = 'answer';

/**
 * F_i = mean over pictures of (d log p(y | x) / d w_i)^2, of the parent in inference mode (Kirkpatrick et al. 2017). y is the picture's class where the parent was trained
 * on it, else a draw from what the parent answers.
 * @param names parameters
 * @param members pictures, one gradient each
 */
export async function fisherInformation({ run, inputs, engine, start, values }: PhaseContext, names: ReadonlySet<string>, members: readonly number[]): Promise<TensorMap> {
  const { network } = inputs, { seed, precision } = run.document;
  const { parent: { targets, mapped }, continuesHead } = run;
  const output = continuesHead ? network.output : PARENT_HEAD, classes = continuesHead ? mapped : targets;
  const trainer = await engine.trainer!({
    network, groups: new Map([...names].map((name) => [name, 0])), batchStatistics: new Set(), precision, optimizer: optimizers.sgd,
    loss: [{ kind: 'cross-entropy', logits: output, target: ANSWER, coefficient: 1 }], ...(!continuesHead && { alsoPredicts: [PARENT_HEAD] }),
  });
  try {
    await trainer.load(new Map(parameters(network).map(({ name }) => [name, start.get(name) ?? values.get(name)!])), { fresh: true });
    const sums = new Map<string, { readonly shape: readonly number[]; readonly data: Float64Array }>();
    const random = stream(seed, 'fisher/answer');
    let done = 0;
    for await (const { members: [member = 0], input } of inputs.read(members.map((one) => [one]), null)) {
      const logits = await trainer.predict(input, output);
      const width = logits.data.length;
      const known = classes?.get(member)?.[0];
      const answer = known ?? drawn(probabilitiesOf('cross-entropy', logits.data), random.uniform(done));
      const target: Tensor = { shape: [1, width], data: Float32Array.from({ length: width }, (_, c) => (c === answer ? 1 : 0)) };
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

/** The first class at which the summed probabilities exceed a uniform number. */
function drawn(probabilities: readonly number[], uniform: number): number {
  let sum = 0;
  const found = probabilities.findIndex((p) => (sum += p) > uniform);
  return found < 0 ? probabilities.length - 1 : found;
}
