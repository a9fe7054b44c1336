// `fovea import DIR PATH...`: pictures, labels, partitions and subjects into a project.
import { resolve } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import { openProject, runJob } from './jobs.ts';
import { table } from './output.ts';
import type { Command } from './command.ts';

/** `csv:FILE` and FILE are relative to where the command runs. */
const words = new Set(['folder', 'none']);
const locate = (value: string): string => words.has(value) || /^(regex|folder):/.test(value) ? value : value.startsWith('csv:') ? `csv:${resolve(value.slice(4))}` : resolve(value);

export const importPictures: Command = {
  name: 'import',
  summary: 'Bring pictures into a project. Safe to repeat; a bad file stops nothing.',
  positionals: ['DIR', 'PATH...'],
  options: {
    labels: { value: 'folder|FILE|DIR', help: 'where labels come from: the folder a picture lies in (default), a CSV file, a folder of annotations, or none' },
    format: { value: 'ID', help: 'annotation format; detected when left out' },
    partition: { value: 'folder|FILE', help: 'folder: the first folder below PATH named train, val, validation or test; or a CSV file' },
    subject: { value: 'regex:R|csv:FILE|folder:N', help: 'who a picture is of' },
    site: { value: 'regex:R|csv:FILE|folder:N', help: 'where it was taken' },
    reader: { value: 'NAME', help: 'who made the labels' },
  },
  async run(context) {
    const { link, output, positionals: [dir = '', ...paths], values } = context;
    if (paths.length === 0) throw new StudioError('invalid', 'import.no-path', {}, 'Name at least one file or folder to import.');
    const projectId = await openProject(link, resolve(dir));
    const where = (name: string, otherwise: string) => locate(values.text(name) ?? otherwise);
    const options = {
      paths: paths.map((path) => resolve(path)), labels: where('labels', 'folder'), format: values.text('format') ?? null, partition: where('partition', 'none'),
      subject: where('subject', 'none'), site: where('site', 'none'), reader: values.text('reader') ?? null,
    };
    const { started } = await runJob(context, () => link.call('image.import', { projectId, options }));
    const report = await link.call('image.importReport', { projectId, jobId: started.jobId });
    output.result(report, () => [
      `${report.imported} pictures came in${report.known ? `, ${report.known} were there already` : ''}. Classes: ${report.classes.join(', ') || 'none'}. Subjects: ${report.subjects}.`,
      ...(report.duplicates.length ? ['', ...table(['identical', 'of'], report.duplicates.map(({ path, of }) => [path, of]))] : []),
      ...(report.near.length ? ['', ...table(['nearly the same', 'as', 'distance'], report.near.map(({ path, of, distance }) => [path, of, distance]))] : []),
      ...(report.rejected.length ? ['', ...table(['not taken', 'why'], report.rejected.map(({ path, message }) => [path, message]))] : []),
      ...report.notes,
    ]);
    if (report.imported + report.known === 0) throw new StudioError('refused', 'import.nothing', {}, `No picture came in. ${report.rejected.length ? 'The list above says why for each file.' : 'There is no picture at that path.'}`);
  },
};
