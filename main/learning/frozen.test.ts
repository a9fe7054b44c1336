// Frozen is frozen: whatever strategy leaves a stage alone, not one bit of it changes, batch statistics included.
import { deepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { stageIndex } from '../nets/index.ts';
import { readSafetensors } from '../weights/index.ts';
import { strategies, train } from './index.ts';
import { modelValues } from './model.ts';
import { makePlan, networkOf } from './plan.ts';
import { earlierModel, listener, testProject, trainDocument } from './testing/project.ts';

/** One short epoch at a high rate, with batch statistics that move wherever they may. */
const rough = { epochs: 1, headEpochs: 1, epochsPerStage: 1, batchSize: 12, learningRate: 0.05, augmentation: 'none', batchNorm: 'training', stages: 2, head: 'uniform' };

for (const strategy of strategies) {
  const values = Object.fromEntries(Object.entries(rough).filter(([id]) => strategy.params.some((param) => param.id === id)));
  // A set with a frozen stage above a trained one, where any set can be chosen.
  if (strategy.id === 'chosen-stages') values['stages'] = 'blocks.5';
  const { phases } = strategy.recipe({ ...values, ...(strategy.id === 'chosen-stages' && { stages: 2 }) }, 10);
  if (phases.every((phase) => phase.kind === 'train' && phase.rates.every((rate) => rate !== null))) continue;

  test(`${strategy.id} changes no bit of the stages that it freezes`, async (t) => {
    const project = await testProject(t, { training: 12, validation: 4 });
    const document = await trainDocument(project, { strategy: strategy.id, values, ...(strategy.id === 'rehearsal' && { parent: earlierModel(project) }) });
    const plan = makePlan(document);
    const trained = plan.stages.map((_, stage) => plan.phases.some((phase) => (phase.kind === 'train' ? phase.rates[stage] !== null : stage === plan.stages.length - 1)));
    const io = listener(project.blobs);
    await train(document, io);
    const stages = stageIndex(networkOf(document));
    // Checkpoints hold what differs from the start, after every epoch, the best or not.
    const moved = new Set<number>();
    for (const { blob } of io.events('checkpoint')) {
      for (const name of readSafetensors(await project.blobs.get(blob)).tensors.keys()) if (name.startsWith('values/')) moved.add(stages.get(nodeOf(name.slice('values/'.length))) ?? plan.stages.length - 1);
    }
    for (const stage of moved) ok(trained[stage], plan.stages[stage]?.name);
    const { head } = io.model();
    const network = networkOf({ ...document, head });
    const before = await modelValues(document.weights, network, project.blobs), after = await modelValues({ ...document.weights, delta: io.model().delta }, network, project.blobs);
    for (const [name, { data }] of before) if (!trained[stages.get(nodeOf(name)) ?? plan.stages.length - 1]) deepEqual(after.get(name)!.data, data, name);
    for (const epoch of io.events('epoch')) epoch.stages?.forEach(({ drift, gradient }, stage) => {
      if (!trained[stage]) deepEqual({ drift, gradient }, { drift: 0, gradient: null });
    });
  });
}

const nodeOf = (parameter: string) => parameter.slice(0, parameter.lastIndexOf('.'));
