// What a person reads about a backbone before choosing it.
import type { BackboneRecord } from '#contract/plan.ts';
import type { Network } from './graph.ts';
import { count } from './count.ts';
import { activationMemory } from './memory.ts';
import type { Variant } from './variant.ts';

/** All but what was measured on this machine. */
export type Described = Omit<BackboneRecord, 'time'>;

/** Costs are those of the network as it was pretrained: 1,000 classes at its own input size. */
export function describeBackbone(variant: Variant, weights: BackboneRecord['weights']): Described {
  return describe(variant, variant.build({ classes: 1000 }), weights);
}

/** The costs of a network, with what is known of it besides. */
export function describe({ id, family, title, inputSize, features }: Pick<Variant, 'id' | 'family' | 'title' | 'inputSize' | 'features'>, network: Network, weights: BackboneRecord['weights']): Described {
  const cost = count(network);
  return {
    id,
    family,
    title,
    parameters: cost.parameters,
    macs: cost.multiplyAdds,
    memory: activationMemory(network),
    inputSize: [...inputSize],
    features,
    stages: cost.stages.map(({ name, parameters }) => ({ name, parameters })),
    weights,
  };
}
