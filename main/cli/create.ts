// `fovea create DIR`: a new project folder.
import { basename, resolve } from 'node:path';
import { Task } from '#contract/records.ts';
import type { Command } from './command.ts';

export const create: Command = {
  name: 'create',
  summary: 'Make a project folder.',
  positionals: ['DIR'],
  options: {
    name: { value: 'NAME', help: 'shown to people; the folder\'s name when left out' },
    task: { value: 'TASK', help: Task.options.join(', ') },
  },
  async run({ link, output, positionals: [dir = ''], values }) {
    const folder = resolve(dir);
    const project = await link.call('project.create', { folder, name: values.text('name') ?? basename(folder), task: values.oneOf('task', Task.options) ?? 'classification' });
    output.result({ project }, () => [`Made the project "${project.name}" (${project.task}) in ${project.folder}.`]);
  },
};
