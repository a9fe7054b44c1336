// Learning without forgetting: the old head goes on saying to the new pictures what it said before (Li and Hoiem 2016).
import { StudioError } from '#contract/errors.ts';
import { PARENT_HEAD } from './parent-head.ts';
import type { Opening } from './regulariser.ts';
import { openTeacher } from './teacher.ts';

const TAUGHT = 'lwf';

/** lambda * distillation at a temperature, of the logits that the parent gives for the very batch. */
export const lwf: Opening<'lwf'> = async ({ lambda, temperature }, context) => {
  if (context.run.parent.kind !== 'cross-entropy') throw new StudioError('refused', 'regulariser.single-class', {}, 'Learning without forgetting needs an old task with one class per picture. Choose another strategy for a model of several.');
  const teacher = await openTeacher(context, [PARENT_HEAD]);
  return {
    terms: [{ kind: 'distillation', logits: PARENT_HEAD, target: TAUGHT, temperature, coefficient: lambda }],
    trainsParentHead: true,
    async prepare(batch) {
      return { ...batch, targets: new Map([...batch.targets, [TAUGHT, (await teacher.run(batch.input)).get(PARENT_HEAD)!]]) };
    },
    close: () => teacher.close(),
  };
};
