// `fovea backbones`: the pretrained networks, what they cost and where their weights come from.
import { StudioError } from '#contract/errors.ts';
import { Task } from '#contract/records.ts';
import { bytes, table } from './output.ts';
import type { Command } from './command.ts';

export const backbones: Command = {
  name: 'backbones',
  summary: 'List the pretrained networks with their cost, licence and weights.',
  positionals: [],
  options: { task: { value: 'TASK', help: 'segmentation lists the U-Nets' }, id: { value: 'ID', help: 'only this one, with its stages' } },
  async run({ link, output, values }) {
    const id = values.text('id');
    const task = values.oneOf('task', Task.options);
    const all = await link.call('backbone.list', task ? { task } : {});
    const chosen = id === undefined ? all : all.filter((backbone) => backbone.id === id);
    if (chosen.length === 0) throw new StudioError('not-found', 'backbone.unknown', { id: id ?? '' }, `There is no backbone "${id}". There are: ${all.map((b) => b.id).join(', ')}.`);
    output.result({ backbones: chosen }, () => [
      ...table(['backbone', 'parameters', 'multiply-adds', 'input', 'features', 'memory', 'weights', 'here', 'size', 'top-1', 'licence'],
        chosen.flatMap((b) => (b.weights.length ? b.weights : [null]).map((w) => [b.id, `${(b.parameters / 1e6).toFixed(1)} M`, `${(b.macs / 1e9).toFixed(2)} G`, b.inputSize.join('x'), b.features || null, bytes(b.memory.inference),
          w?.id ?? '(none listed)', w === null ? '' : w.embedded ? 'embedded' : w.present ? 'yes' : 'no', w ? bytes(w.bytes) : '', w?.top1 ?? null, w?.license ?? '']))),
      '', 'memory: activations of one picture in inference; top-1 in per cent on ImageNet, as the source of the weights states it',
      ...(id === undefined ? [] : ['', ...table(['stage', 'parameters'], chosen[0]!.stages.map(({ name, parameters }) => [name, parameters]))]),
    ]);
  },
};
