// L2-SP: the pretrained weights as the starting point that weights are pulled back to (Li, Grandvalet and Davoine 2018).
import type { Opening } from './regulariser.ts';
import { chosen, zerosOf } from './anchors.ts';

/** alpha / 2 ||w_S - w_S0||^2 + beta / 2 ||w_new||^2. */
export const l2Sp: Opening<'l2-sp'> = async ({ alpha, beta }, { backbone, head, start, values }) => ({
  terms: [
    ...(backbone.size > 0 && alpha > 0 ? [{ kind: 'anchor-penalty', coefficient: alpha, anchors: chosen(start, backbone) } as const] : []),
    ...(beta > 0 ? [{ kind: 'anchor-penalty', coefficient: beta, anchors: zerosOf(chosen(values, head)) } as const] : []),
  ],
});
