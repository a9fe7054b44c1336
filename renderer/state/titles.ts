// Backbones and strategies by the names people know, wherever a run is spoken of.
import type { RunRecord } from '#contract/runs.ts';
import { t, tryT } from '../messages/index.svelte.ts';
import type { Project } from './project.svelte.ts';

/** What stands in brackets after a backbone's title tells variants apart; lists that are narrow leave it out. */
export function shortTitle(title: string): string {
  return title.replace(/ \(.*\)$/, '');
}

export function backboneName({ training }: Project, { options }: Pick<RunRecord, 'options'>): string {
  return shortTitle(training.backbones.find(({ id }) => id === options.backbone)?.title ?? options.backbone);
}

/** With a word where boxes were learnt from instead of whole pictures. */
export function strategyName({ training }: Project, { options: { strategy, crops } }: Pick<RunRecord, 'options'>): string {
  const name = tryT(`strategy.${strategy}`) ?? training.strategies.find(({ id }) => id === strategy)?.title ?? strategy;
  return crops ? t('crops.run', { strategy: name }) : name;
}
