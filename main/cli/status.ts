// `fovea status DIR`: what a project holds.
import { resolve } from 'node:path';
import { openProject } from './jobs.ts';
import { table } from './output.ts';
import type { Command } from './command.ts';

export const status: Command = {
  name: 'status',
  summary: 'Show what a project holds.',
  positionals: ['DIR'],
  options: {},
  async run({ link, output, positionals: [dir = ''] }) {
    const projectId = await openProject(link, resolve(dir));
    const found = await link.call('project.status', { projectId });
    output.result(found, () => [
      `${found.images} pictures, ${found.labelled} labelled, ${found.subjects} subjects${found.sites.length ? `, sites ${found.sites.join(', ')}` : ''}`,
      ...table(['class', 'pictures'], found.classes.map(({ name, count }) => [name, count])),
      found.split ? `split: ${found.split.train} train, ${found.split.validation} validation, ${found.split.test} test` : 'no split yet',
      `${found.runs} runs, ${found.models} models; the test partition was looked at ${found.testLooks} times`,
      `data version ${found.datasetVersion.slice(0, 12)}`,
    ]);
  },
};
