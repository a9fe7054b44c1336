// `fovea strategies`: the ways to transfer a pretrained network, with their parameters.
import { Task } from '#contract/records.ts';
import { table } from './output.ts';
import type { Command } from './command.ts';

export const strategies: Command = {
  name: 'strategies',
  summary: 'List the transfer strategies and their parameters (for train --set key=value).',
  positionals: [],
  options: { task: { value: 'TASK', help: 'segmentation lists those for masks' } },
  async run({ link, output, values }) {
    const task = values.oneOf('task', Task.options);
    const all = await link.call('strategy.list', task ? { task } : {});
    output.result({ strategies: all }, () => all.flatMap(({ id, title, summary, params }) => [
      `${id}: ${title}`, `  ${summary}`,
      ...table(['  parameter', 'default', 'allowed', 'what it does'], params.map((p) => [`  ${p.id}`, String(p.default),
        p.choices ? p.choices.join(' | ') : p.min !== null || p.max !== null ? `${p.min ?? ''} to ${p.max ?? ''}` : '', p.help])), '',
    ]));
  },
};
