// `fovea export DIR`: a model that opens elsewhere, or the annotations.
import { resolve } from 'node:path';
import { UsageError } from './command.ts';
import { chooseModel, openProject, runJob } from './jobs.ts';
import { bytes, table } from './output.ts';
import type { Command } from './command.ts';

const modelFormats = ['onnx', 'timm'] as const;
const annotationFormats = ['csv', 'coco', 'yolo', 'voc', 'masks', 'masks-objects', 'masks-binary', 'nifti'] as const;

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write a model (onnx, timm) or the annotations (tables, boxes, masks).',
  positionals: ['DIR'],
  options: {
    model: { value: 'ID', help: 'default: the newest' },
    format: { value: modelFormats.join('|'), help: 'a model for elsewhere; it is run again before it counts as written' },
    annotations: { value: annotationFormats.join('|'), help: 'the labels instead of a model' },
    out: { value: 'FILE|DIR', help: 'where to; a folder where a format is several files' },
  },
  async run(context) {
    const { link, output, positionals: [dir = ''], values } = context;
    const format = values.oneOf('format', modelFormats), annotations = values.oneOf('annotations', annotationFormats), out = values.text('out');
    if ((format === undefined) === (annotations === undefined)) throw new UsageError('Give either --format (a model) or --annotations.');
    if (out === undefined) throw new UsageError('Say where to with --out.');
    const projectId = await openProject(link, resolve(dir));
    const modelId = format === undefined ? null : await chooseModel(link, projectId, values.text('model'));
    const chosen = format ?? annotations;
    if (chosen === undefined) throw new UsageError('Give either --format or --annotations.');
    const { started } = await runJob(context, () => link.call('export.start', { projectId, format: chosen, modelId, out: resolve(out) }));
    const report = await link.call('export.report', { projectId, jobId: started.jobId });
    output.result(report, () => [
      ...table(['file', 'size', 'sha256'], report.files.map(({ path, bytes: n, sha256 }) => [path, bytes(n), sha256.slice(0, 16)])),
      ...(report.selfTest ? [`Run again on ${report.selfTest.n} pictures: largest difference of a probability ${report.selfTest.maxDifference.toExponential(1)}.`] : []),
      ...report.losses,
    ]);
  },
};
