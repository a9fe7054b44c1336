// Co-tuning: the parent's head learns along, from what its own classes say about the new ones (You et al. 2020).
import { setImmediate } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import type { Tensor } from '../../tensor.ts';
import { chunks } from '../batches/batching.ts';
import { probabilitiesOf } from '../losses.ts';
import { PARENT_HEAD } from './parent-head.ts';
import type { Opening, PhaseContext } from './regulariser.ts';
import { calibrated, relation } from './relation.ts';
import { openTeacher } from './teacher.ts';

const RELATED = 'co-tuning';

/** lambda * cross-entropy of the parent's head against p(y_s | y_t), calibrated on the training pictures. */
export const coTuning: Opening<'co-tuning'> = async ({ lambda }, context) => {
  const { run } = context;
  const { document: { task, classes, images } } = run;
  if (task !== 'classification') throw new StudioError('refused', 'regulariser.single-class', {}, 'Co-tuning needs pictures with one class each. Choose another strategy for pictures with several.');
  const labelOf = (member: number) => images[member]!.targets[0]!;
  const logits = await parentLogits(context, run.training);
  const labels = run.training.map(labelOf);
  const { temperature } = calibrated(logits, labels, classes.length);
  const rows = relation(logits.map((row) => probabilitiesOf('cross-entropy', row.map((z) => z / temperature))), labels, classes.length);
  return {
    terms: [{ kind: 'cross-entropy', logits: PARENT_HEAD, target: RELATED, coefficient: lambda }],
    trainsParentHead: true,
    async prepare(batch, { members }) {
      const related: Tensor = { shape: [members.length, rows[0]!.length], data: Float32Array.from(members.flatMap((member) => rows[labelOf(member)]!)) };
      return { ...batch, targets: new Map([...batch.targets, [RELATED, related]]) };
    },
  };
};

/** What the parent says to pictures as they are. */
async function parentLogits(context: PhaseContext, members: readonly number[]): Promise<number[][]> {
  const teacher = await openTeacher(context, [PARENT_HEAD]);
  try {
    const rows: number[][] = [];
    for await (const { input } of context.inputs.read(chunks(members, 32), null)) {
      const { shape: [n = 0, width = 0], data } = (await teacher.run(input)).get(PARENT_HEAD)!;
      for (let i = 0; i < n; i++) rows.push(Array.from(data.subarray(i * width, (i + 1) * width)));
      await setImmediate();
    }
    return rows;
  } finally {
    await teacher.close();
  }
}
