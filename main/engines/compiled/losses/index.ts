// Terms of a loss, by kind. A new one is a file beside this and a line in `rules`.
import type { LossTerm } from '../../loss-terms.ts';
import type { Ref } from '../graph-writer.ts';
import { anchorPenalty } from './anchor-penalty.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';
import { dice } from './dice.ts';
import { distillation } from './distillation.ts';
import { featureMatch } from './feature-match.ts';
import { focal } from './focal.ts';
import { information } from './information.ts';
import { negativeCosine } from './negative-cosine.ts';
import type { LossContext, LossRule } from './rule.ts';
import { smallestSingularValues } from './smallest-singular-values.ts';

const rules: { readonly [K in LossTerm['kind']]: LossRule<Extract<LossTerm, { readonly kind: K }>> } = {
  'cross-entropy': crossEntropy,
  'binary-cross-entropy': binaryCrossEntropy,
  'focal': focal,
  'dice': dice,
  'distillation': distillation,
  'feature-match': featureMatch,
  'smallest-singular-values': smallestSingularValues,
  'anchor-penalty': anchorPenalty,
  'information': information,
  'negative-cosine': negativeCosine,
};

/** Emits a term times its coefficient, a scalar, and adds its gradients. */
export function emitLoss(term: LossTerm, context: LossContext): Ref {
  const rule = rules[term.kind] as LossRule<LossTerm>; // the table has the rule of each kind under its kind
  return rule(term, context);
}

export type { LossContext } from './rule.ts';
