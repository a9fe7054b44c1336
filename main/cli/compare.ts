// `fovea compare DIR`: backbones and strategies on the same folds, against controls that know no pretraining.
import { resolve } from 'node:path';
import type { Args } from '#contract/api.ts';
import type { ArmResult, ComparisonRecord } from '#contract/comparison.ts';
import type { Command, Values } from './command.ts';
import { openProject, runJob } from './jobs.ts';
import { duration, measure, share, table } from './output.ts';
import { chosenBackbones } from './rank.ts';

export const compare: Command = {
  name: 'compare',
  summary: 'Compare backbones and strategies on the same folds. Ctrl-C keeps what is done.',
  positionals: ['DIR'],
  options: {
    backbones: { value: 'a,b,...', help: 'default tf_efficientnet_lite0. ID:none takes random weights' },
    weights: { value: 'ID=FILE', multiple: true, help: 'compare this backbone with the weights of a file' },
    strategies: { value: 'a,b,...', help: 'default knn,feature-extraction,lp-ft' },
    folds: { value: 'K', help: 'default 3' },
    seeds: { value: 'N', help: 'runs of each arm on the same folds; default 1' },
    minutes: { value: 'M', help: 'for the whole comparison; default 10' },
    seed: { value: 'N', help: 'default 1' },
    resume: { value: 'ID|last', help: 'go on with a comparison that is not complete' },
  },
  async run(context) {
    const { link, output, positionals: [dir = ''], values } = context;
    const projectId = await openProject(link, resolve(dir));
    const resume = values.text('resume');
    const { started: { comparisonId } } = await runJob(context, async () => {
      if (resume === undefined) return link.call('comparison.start', { projectId, options: comparisonOptions(values) });
      const id = resume === 'last' ? (await link.call('comparison.list', { projectId })).at(-1)?.id ?? resume : resume;
      return link.call('comparison.resume', { projectId, comparisonId: id, minutes: values.number('minutes') ?? 10 });
    });
    const record = await link.call('comparison.get', { projectId, comparisonId });
    output.result(record, () => comparisonLines(record));
  },
};

function comparisonOptions(values: Values): Args<'comparison.start'>['options'] {
  const backbones = chosenBackbones(values), strategies = values.text('strategies');
  const numbers = Object.fromEntries((['folds', 'seeds', 'minutes', 'seed'] as const).flatMap((name) => {
    const value = values.number(name);
    return value === undefined ? [] : [[name, value]];
  }));
  return { ...(backbones.length > 0 && { backbones: [...backbones] }), ...(strategies !== undefined && { strategies: strategies.split(',') }), ...numbers };
}

function comparisonLines({ arms, verdict, n, subjects, seconds, unitsDone, units, id }: ComparisonRecord): string[] {
  const difference = ({ toBest }: ArmResult) => (toBest === null ? '' : measure(toBest));
  return [
    ...(verdict?.sentences ?? ['No arm with a backbone is done yet. Resume the comparison.']),
    '', ...table(['arm', 'accuracy (95 % interval)', 'difference to the best', 'as good', 'balanced', 'AUC', 'log loss', 'time'],
      arms.map((one) => [one.arm.id, one.status === 'done' ? measure(one.accuracy) : one.status, difference(one), one.withinNoise ? 'yes' : '', share(one.balancedAccuracy.value), share(one.auc.value), one.logLoss.value?.toFixed(3) ?? '-', duration(one.seconds)])),
    ...arms.flatMap(({ arm, problem }) => (problem === null ? [] : [`Note: ${arm.id}: ${problem}`])),
    '', `${n} pictures of ${subjects} subjects; ${unitsDone} of ${units} trainings in ${duration(seconds)}; comparison ${id}`,
    'Differences: paired bootstrap over subjects. For research use only. Not for use in diagnostic procedures.',
  ];
}
