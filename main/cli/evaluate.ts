// `fovea evaluate DIR`: how good a model is on pictures it never saw.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { EvaluationRecord, Measure } from '#contract/records.ts';
import { maskMeasuresCsv } from '../formats/index.ts';
import { UsageError } from './command.ts';
import { chooseModel, openProject, runJob } from './jobs.ts';
import { maskFigures, maskLines } from './mask-figures.ts';
import { measure, share, table } from './output.ts';
import type { Command, Context } from './command.ts';

export const evaluate: Command = {
  name: 'evaluate',
  summary: 'Measure a model on a partition. Each look at the test partition is counted.',
  positionals: ['DIR'],
  options: {
    model: { value: 'ID', help: 'default: the newest' },
    on: { value: 'validation|test', help: 'default validation' },
    csv: { value: 'FILE', help: 'of masks: the measures of each picture and class as a table' },
  },
  async run(context) {
    const { link, output, positionals: [dir = ''], values } = context;
    const projectId = await openProject(link, resolve(dir));
    const modelId = await chooseModel(link, projectId, values.text('model'));
    const record = await measureModel(context, projectId, modelId, values.oneOf('on', ['validation', 'test']) ?? 'validation');
    const { segmentation } = record, csv = values.text('csv');
    if (csv !== undefined) {
      if (!segmentation) throw new UsageError('--csv holds the measures of masks; this model says classes of whole pictures.');
      const ids = segmentation.perImage.map(({ id }) => id), paths = new Map<string, string>();
      // So many rows come with one call.
      for (let at = 0; at < ids.length; at += 500) for (const { image } of await link.call('image.rows', { projectId, ids: ids.slice(at, at + 500) })) paths.set(image.id, image.path);
      await writeFile(resolve(csv), maskMeasuresCsv(segmentation, (id) => paths.get(id)));
    }
    if (segmentation) output.result(maskFigures(record, segmentation), () => maskLines(record, segmentation));
    else output.result(flat(record), () => evaluationLines(record));
  },
};

/** Runs the evaluation and reads its record. */
export async function measureModel(context: Context, projectId: string, modelId: string, partition: 'validation' | 'test'): Promise<EvaluationRecord> {
  await runJob(context, () => context.link.call('model.evaluate', { projectId, modelId, partition }));
  const record = (await context.link.call('model.evaluations', { projectId, modelId })).filter((one) => one.partition === partition).at(-1);
  if (!record) throw new StudioError('internal', 'evaluation.missing', {}, 'The evaluation ended without a result. Run it again.');
  return record;
}

/** Plain numbers with their intervals beside them, for scripts. */
function flat(record: EvaluationRecord): unknown {
  const { accuracy, balancedAccuracy, auc, logLoss, intervals, perClass, ...rest } = record;
  const range = ({ low, high }: Measure) => [low, high];
  return {
    ...rest, accuracy: accuracy.value, balancedAccuracy: balancedAccuracy.value, auc: auc.value, logLoss: logLoss.value,
    perClass: perClass.map(({ name, support, ...measures }) => ({ name, support, ...Object.fromEntries(Object.entries(measures).map(([key, m]) => [key, m.value])) })),
    intervals: {
      ...intervals, accuracy: range(accuracy), balancedAccuracy: range(balancedAccuracy), auc: range(auc), logLoss: range(logLoss),
      perClass: Object.fromEntries(perClass.map(({ name, support: _, ...measures }) => [name, Object.fromEntries(Object.entries(measures).map(([key, m]) => [key, range(m)]))])),
    },
  };
}

export function evaluationLines(record: EvaluationRecord): string[] {
  const { classes, confusion, majority, intervals } = record;
  return [
    ...record.warnings.map((warning) => `Note: ${warning}`),
    `${record.n} ${record.partition} pictures of ${record.subjects} subjects${record.selection ? ' (selection: the model was chosen on them)' : ''}${record.look === null ? '' : `; look number ${record.look} at the test partition`}`,
    ...table(['', 'value (95 % interval)'], [['accuracy', measure(record.accuracy)], ['balanced accuracy', measure(record.balancedAccuracy)], ['AUC', measure(record.auc)],
      [`always "${majority.className}"`, share(majority.accuracy)]]),
    '', ...table(['class', 'n', 'sensitivity', 'specificity', 'precision', 'F1', 'AUC'], record.perClass.map((c) => [c.name, c.support, measure(c.sensitivity), measure(c.specificity), share(c.precision.value), share(c.f1.value), share(c.auc.value)])),
    '', ...table(['reference \\ model', ...classes], confusion.map((row, i) => [classes[i] ?? '', ...row])),
    `intervals: bootstrap over ${intervals.unit}s, ${intervals.replicates} replicates`,
    'For research use only. Not for use in diagnostic procedures.',
  ];
}
