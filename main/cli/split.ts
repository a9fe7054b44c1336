// `fovea split DIR`: partitions by subject, stratified and seeded.
import { resolve } from 'node:path';
import { openProject } from './jobs.ts';
import { table } from './output.ts';
import type { Command } from './command.ts';

export const split: Command = {
  name: 'split',
  summary: 'Divide the labelled pictures into training, validation and test, by subject where known.',
  positionals: ['DIR'],
  options: {
    validation: { value: 'SHARE', help: 'default .2' },
    test: { value: 'SHARE', help: 'default .2' },
    folds: { value: 'K', help: 'folds of training and validation, for train --fold' },
    seed: { value: 'N', help: 'default 1' },
  },
  async run({ link, output, positionals: [dir = ''], values }) {
    const projectId = await openProject(link, resolve(dir));
    const given = { validation: values.number('validation'), test: values.number('test'), folds: values.number('folds'), seed: values.number('seed') };
    const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const { counts, perClass, subjects, subjectsShared, notes, seed, folds } = await link.call('split.make', { projectId, options });
    output.result({ ...counts, perClass, subjects, subjectsShared, folds, seed, notes }, () => [
      ...table(['', 'train', 'validation', 'test'], [
        ...Object.entries(perClass).map(([name, n]) => [name, n.train, n.validation, n.test]),
        ['pictures', counts.train, counts.validation, counts.test], ['subjects', subjects.train, subjects.validation, subjects.test],
      ]),
      `subjects on two sides: ${subjectsShared}; seed ${seed}`, ...notes,
    ]);
  },
};
