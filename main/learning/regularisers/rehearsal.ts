// Rehearsal: pictures of the old task in every batch.
import type { Batch } from '../../engines/engine.ts';
import { stream } from '../../random.ts';
import type { Tensor } from '../../tensor.ts';
import { TARGET } from '../losses.ts';
import { PARENT_HEAD } from './parent-head.ts';
import type { Opening } from './regulariser.ts';

/** Key of the targets of the old head. */
const OLD = 'rehearsal';

/**
 * For each new picture, `ratio` of the parent's, drawn anew for each step. Where the run has the parent's classes they are learned by the one head;
 * else each head learns from its own pictures.
 */
export const rehearsal: Opening<'rehearsal'> = async ({ ratio }, { run, inputs }) => {
  const { training: pool, targets, mapped, classes, kind } = run.parent;
  const { seed } = run.document, sameClasses = mapped !== null;
  const own = (member: number) => (mapped ?? targets).get(member) ?? [];
  return {
    terms: sameClasses ? [] : [{ kind, logits: PARENT_HEAD, target: OLD, coefficient: ratio }],
    trainsParentHead: !sameClasses,
    async prepare(batch, { members, step }) {
      const count = Math.max(1, Math.round(ratio * members.length));
      const random = stream(seed, `rehearsal/${step}`);
      const chosen = Array.from({ length: count }, (_, i) => pool[random.integer(i, pool.length)]!);
      let joined = batch;
      for await (const { input } of inputs.read([chosen], step)) joined = await withRows(batch, input, chosen);
      return joined;
    },
  };

  async function withRows(batch: Batch, input: Tensor, chosen: readonly number[]): Promise<Batch> {
    const n = batch.input.shape[0] ?? 0, more = chosen.length;
    const target = batch.targets.get(TARGET)!, columns = target.shape[1] ?? 0;
    const old = oneHot(chosen.map(own), sameClasses ? columns : classes.length);
    const both = { ...batch, input: stacked(batch.input, input) };
    if (sameClasses) return { ...both, targets: new Map([...batch.targets, [TARGET, stacked(target, old)]]), ...(batch.weight && { weight: Float32Array.of(...batch.weight, ...new Float32Array(more).fill(1)) }) };
    return {
      ...both,
      targets: new Map([...batch.targets, [TARGET, stacked(target, blank(more, columns))], [OLD, stacked(blank(n, classes.length), old)]]),
      weights: new Map([...batch.weights ?? [], [TARGET, Float32Array.of(...batch.weight ?? new Float32Array(n).fill(1), ...new Float32Array(more))], [OLD, Float32Array.of(...new Float32Array(n), ...new Float32Array(more).fill(1))]]),
    };
  }
};

const blank = (rows: number, columns: number): Tensor => ({ shape: [rows, columns], data: new Float32Array(rows * columns) });

function oneHot(labels: readonly (readonly number[])[], classes: number): Tensor {
  const { shape, data } = blank(labels.length, classes);
  labels.forEach((row, i) => row.forEach((c) => { data[i * classes + c] = 1; }));
  return { shape, data };
}

/** Rows of both, one after the other. */
function stacked(a: Tensor, b: Tensor): Tensor {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { shape: [(a.shape[0] ?? 0) + (b.shape[0] ?? 0), ...a.shape.slice(1)], data };
}
