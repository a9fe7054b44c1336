// Says what a lesson's result holds as keys: its values may be keys themselves.
import type { Said } from '#contract/lessons.ts';
import { tryT } from './index.svelte.ts';

export function said({ key, params }: Said): string {
  const values = Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? tryT(value) ?? value : value] as const);
  return tryT(key, Object.fromEntries(values)) ?? key;
}
