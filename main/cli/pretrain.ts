// `fovea pretrain DIR`: a backbone that has looked at the project's pictures without their classes, with a linear head to show what that was worth.
import { resolve } from 'node:path';
import type { Args } from '#contract/api.ts';
import type { Command, Values } from './command.ts';
import { openProject, runJob } from './jobs.ts';
import { runOptions, tell } from './train.ts';

export const pretrain: Command = {
  name: 'pretrain',
  summary: 'Learn from all pictures but the test partition without their classes (SimSiam). The model is a parent for train --parent.',
  positionals: ['DIR'],
  options: {
    backbone: { value: 'ID', help: 'see fovea backbones; default tf_efficientnet_lite0' },
    weights: { value: 'ID|FILE|none', help: 'what it begins with; default the first of its weights in the catalogue' },
    parent: { value: 'MODEL|DIR#MODEL', help: 'begin with a trained model instead' },
    epochs: { value: 'N', help: 'default 20; hours on a large set' },
    batch: { value: 'N', help: 'pictures per step, each in two views; default 32' },
    rate: { value: 'RATE', help: 'for 256 pictures per step; default 0.05' },
    dimension: { value: 'N', help: 'of the projections; default 512, the paper has 2048' },
    engine: { value: 'auto|tensorflow|wasm', help: 'default auto' },
    threads: { value: 'N', help: 'default: all cores' },
    seed: { value: 'N', help: 'default 1' },
  },
  async run(context) {
    const { link, output, positionals: [dir = ''], values } = context;
    const projectId = await openProject(link, resolve(dir));
    let runId: string | undefined;
    await runJob(context, async () => {
      const started = await link.call('run.start', { projectId, options: { ...runOptions(values), strategy: 'feature-extraction', pretraining: settings(values) } });
      runId = started.runId;
      return started;
    }, (push) => {
      if (push.type === 'run.event' && (runId === undefined || push.runId === runId)) tell(output, push.event.body);
    });
  },
};

/** What is left out gets the contract's default. */
function settings(values: Values): NonNullable<Args<'run.start'>['options']['pretraining']> {
  const epochs = values.number('epochs'), batchSize = values.number('batch'), learningRate = values.number('rate'), dimension = values.number('dimension');
  return { ...(epochs !== undefined && { epochs }), ...(batchSize !== undefined && { batchSize }), ...(learningRate !== undefined && { learningRate }), ...(dimension !== undefined && { dimension }) };
}
