// Closeness to the maps of a teacher, channel by channel.
import type { FeatureMatchTerm } from '../../loss-terms.ts';
import type { LossRule } from './rule.ts';

/** L = coefficient / 2 sum of w_c (F - T)^2 over pictures, places and channels, with w_c = channels * attention_c / (height * width); dL/dF = coefficient w_c (F - T). */
export const featureMatch: LossRule<FeatureMatchTerm> = ({ features, target, attention, coefficient }, { pass, value, target: taught }) => {
  const { emit } = pass;
  const maps = pass.cast(value(features), 'float32');
  const [height = 1, width = 1, channels = 0] = maps.shape;
  if (maps.shape.length !== 3 || attention.length !== channels) throw new Error(`${features} has maps of [${maps.shape.join(', ')}], the attention ${attention.length} channels`);
  const weights = emit.graph.constant('float32', [channels], Array.from(attention, (share) => (coefficient * channels * share) / (height * width)));
  const away = emit.subtract(maps.ref, taught(target));
  const pull = emit.multiply(away, weights);
  pass.addGradient(maps, () => pull);
  return emit.multiply(emit.reduce('Sum', emit.multiply(pull, away), [0, 1, 2, 3]), emit.number(0.5));
};
