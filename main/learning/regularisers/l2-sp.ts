// L2-SP: the pretrained weights as the starting point that weights are pulled back to (Li, Grandvalet and Davoine 2018).
import type { LossTerm } from '../../engines/loss-terms.ts';
import { chosen, zerosOf } from './anchors.ts';
import type { Opening } from './regulariser.ts';

/** alpha / 2 ||w_S - w_S0||^2 + beta / 2 ||w_new||^2. A head that goes on for the same classes is nothing new. */
export const l2Sp: Opening<'l2-sp'> = async ({ alpha, beta }, { run: { continuesHead }, backbone, head, start, values }) => {
  const old = continuesHead ? new Set([...backbone, ...head]) : backbone;
  const pulls: LossTerm[] = [];
  if (old.size > 0 && alpha > 0) pulls.push({ kind: 'anchor-penalty', coefficient: alpha, anchors: chosen(start, old) });
  if (!continuesHead && beta > 0) pulls.push({ kind: 'anchor-penalty', coefficient: beta, anchors: zerosOf(chosen(values, head)) });
  return { terms: pulls };
};
