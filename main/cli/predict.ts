// `fovea predict DIR PATH...`: what a model says of pictures from anywhere.
import { resolve } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { StudioError } from '#contract/errors.ts';
import { chooseModel, openProject, runJob } from './jobs.ts';
import { tellMasks } from './predicted-masks.ts';
import { share, table } from './output.ts';
import { writeCsv } from '../formats/csv.ts';
import type { Command } from './command.ts';

export const predict: Command = {
  name: 'predict',
  summary: 'Apply a model to files or folders.',
  positionals: ['DIR', 'PATH...'],
  options: { model: { value: 'ID', help: 'default: the newest' }, out: { value: 'FILE', help: 'write a CSV table; for masks a folder, which gets one PNG per picture' } },
  async run(context) {
    const { link, output, positionals: [dir = '', ...paths], values } = context;
    if (paths.length === 0) throw new StudioError('invalid', 'predict.no-path', {}, 'Name at least one file or folder to predict.');
    const projectId = await openProject(link, resolve(dir));
    const modelId = await chooseModel(link, projectId, values.text('model'));
    const model = (await link.call('model.list', { projectId })).find(({ id }) => id === modelId);
    const { started } = await runJob(context, () => link.call('model.predict', { projectId, modelId, paths: paths.map((path) => resolve(path)) }));
    const rows = await link.call('model.predictReport', { projectId, jobId: started.jobId });
    const classes = model?.classes ?? [];
    const out = values.text('out');
    if (model?.head === 'segmentation') return tellMasks(output, rows, classes, out);
    if (out !== undefined) await writeFile(out, writeCsv([['path', 'class', ...classes, 'error'], ...rows.map((row) => [row.path, row.className, ...classes.map((_, i) => String(row.probabilities[i] ?? '')), row.error?.message ?? ''])]));
    const predictions = rows.map(({ path, className, probabilities, error }) => error
      ? { path, error: { code: error.code, message: error.message } }
      : { path, class: className, probabilities: Object.fromEntries(classes.map((name, i) => [name, probabilities[i]])) });
    output.result({ predictions }, () => [
      ...table(['picture', 'class', ...classes], rows.map((row) => [row.path, row.error ? row.error.message : row.className, ...classes.map((_, i) => share(row.probabilities[i] ?? null))])),
      ...(out === undefined ? [] : [`Table written to ${out}.`]), 'For research use only. Not for use in diagnostic procedures.',
    ]);
    if (rows.length > 0 && rows.every((row) => row.error)) throw new StudioError('unreadable', 'predict.none', {}, 'None of these files could be read as a picture.');
  },
};
