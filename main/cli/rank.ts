// `fovea rank DIR`: which backbone suits these pictures, before any training.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BackboneChoice, RankingRecord } from '#contract/ranking.ts';
import { UsageError } from './command.ts';
import type { Command, Values } from './command.ts';
import { openProject, runJob } from './jobs.ts';
import { duration, measure, share, table } from './output.ts';
import { StudioError } from '#contract/errors.ts';

export const rank: Command = {
  name: 'rank',
  summary: 'Rank backbones by their features, before any training.',
  positionals: ['DIR'],
  options: {
    backbones: { value: 'a,b,...', help: 'these only; default: all whose weights are here. ID:none takes random weights' },
    weights: { value: 'ID=FILE', multiple: true, help: 'rank this backbone with the weights of a file' },
    folds: { value: 'K', help: 'of the probe; default 5' },
    seed: { value: 'N', help: 'default 1' },
  },
  async run(context) {
    const { link, output, positionals: [dir = ''], values } = context;
    const projectId = await openProject(link, resolve(dir));
    const folds = values.number('folds'), seed = values.number('seed');
    const options = { backbones: [...chosenBackbones(values)], ...(folds !== undefined && { folds }), ...(seed !== undefined && { seed }) };
    await runJob(context, () => link.call('ranking.start', { projectId, options }));
    const record = await link.call('ranking.last', { projectId });
    if (!record) throw new StudioError('cancelled', 'ranking.stopped', {}, 'The ranking was stopped before the first backbone was done.');
    output.result(record, () => rankingLines(record));
  },
};

/** Of `--backbones ID,ID:none,...` and `--weights ID=FILE`. */
export function chosenBackbones(values: Values): readonly BackboneChoice[] {
  const named = (values.text('backbones') ?? '').split(',').filter((one) => one !== '').map((one): BackboneChoice => {
    const at = one.indexOf(':');
    return at < 0 ? { backbone: one, weights: null } : { backbone: one.slice(0, at), weights: one.slice(at + 1) };
  });
  const files = values.texts('weights').map((text): BackboneChoice => {
    const at = text.indexOf('='), file = text.slice(at + 1);
    if (at < 1 || file === '') throw new UsageError(`--weights needs BACKBONE=FILE, not "${text}".`);
    return { backbone: text.slice(0, at), weights: existsSync(file) ? resolve(file) : file };
  });
  return [...named, ...files];
}

function rankingLines({ backbones, n, subjects, folds, majority }: RankingRecord): string[] {
  const score = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  return [
    `${n} labelled pictures of ${subjects} subjects outside the test partition; probe: a linear head, ${folds} folds`,
    ...table(['backbone', 'weights', 'probe accuracy (95 % interval)', 'LogME', 'H-score', 'LEEP', 'NCE', 'time'],
      backbones.map((one) => [one.backbone, one.weights, measure(one.probe), score(one.logme), score(one.hScore), score(one.leep), score(one.nce), duration(one.seconds)])),
    ...backbones.flatMap(({ backbone, problem }) => (problem === null ? [] : [`Note: ${backbone}: ${problem}`])),
    `Always saying the commonest class gets ${share(majority)}. The scores order backbones and predict no accuracy; trust LEEP and NCE least.`,
  ];
}
