// `fovea models DIR` and `fovea runs DIR`.
import { resolve } from 'node:path';
import { openProject } from './jobs.ts';
import { bytes, duration, share, table } from './output.ts';
import type { Command } from './command.ts';

export const models: Command = {
  name: 'models',
  summary: 'List the models of a project.',
  positionals: ['DIR'],
  options: {},
  async run({ link, output, positionals: [dir = ''] }) {
    const projectId = await openProject(link, resolve(dir));
    const all = await link.call('model.list', { projectId });
    output.result({ models: all }, () => table(['model', 'run', 'backbone', 'head', 'classes', 'own bytes', 'made'],
      all.map((m) => [m.id, m.runId, m.backbone, m.head, m.classes.join(', '), bytes(m.bytes), m.createdAt])));
  },
};

export const runs: Command = {
  name: 'runs',
  summary: 'List the runs of a project.',
  positionals: ['DIR'],
  options: {},
  async run({ link, output, positionals: [dir = ''] }) {
    const projectId = await openProject(link, resolve(dir));
    const all = await link.call('run.list', { projectId });
    output.result({ runs: all }, () => table(['run', 'status', 'backbone', 'strategy', 'seed', 'engine', 'best epoch', 'selection accuracy', 'time', 'model'],
      all.map((r) => [r.id, r.status, r.options.backbone, r.options.strategy, r.options.seed, r.engine?.id ?? null, r.best?.epoch ?? null, share(r.best?.accuracy ?? null), r.seconds === null ? null : duration(r.seconds), r.modelId])));
  },
};
