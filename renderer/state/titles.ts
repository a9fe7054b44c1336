// Backbones and strategies by the names people know, wherever a run is spoken of.
import type { RunRecord } from '#contract/runs.ts';
import { t, tryT } from '../messages/index.svelte.ts';
import type { Project } from './project.svelte.ts';
import type { TrainChoice } from './train-choice.svelte.ts';

/** What stands in brackets after a backbone's title tells variants apart; lists that are narrow leave it out. */
export function shortTitle(title: string): string {
  return title.replace(/ \(.*\)$/, '');
}

export function backboneName({ training }: Project, { options }: Pick<RunRecord, 'options'>): string {
  return shortTitle(training.backbones.find(({ id }) => id === options.backbone)?.title ?? options.backbone);
}

/** What a strategy is called, and what it does: for masks another thing under the same id. */
export function strategyTexts({ task, strategies }: Pick<TrainChoice, 'task' | 'strategies'>, id: string): { readonly title: string; readonly summary: string } {
  const key = task === 'segmentation' ? `strategy.masks.${id}` : `strategy.${id}`, known = strategies.find((one) => one.id === id);
  return { title: tryT(key) ?? known?.title ?? id, summary: tryT(`${key}.summary`) ?? known?.summary ?? '' };
}

/** With a word where pictures were looked at without their classes first, or where boxes were learnt from instead of whole pictures. */
export function strategyName({ training }: Project, { options: { strategy, crops, pretraining } }: Pick<RunRecord, 'options'>): string {
  const name = strategyTexts(training, strategy).title;
  const first = pretraining ? t('firstLook.run', { strategy: name }) : name;
  return crops ? t('crops.run', { strategy: first }) : first;
}
