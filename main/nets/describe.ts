// What a person reads about a backbone before choosing it.
import type { BackboneRecord } from '#contract/plan.ts';
import { count } from './count.ts';
import { activationMemory } from './memory.ts';
import type { Variant } from './variant.ts';

/** Costs are those of the network as it was pretrained: 1,000 classes at its own input size. */
export function describeBackbone(variant: Variant, weights: BackboneRecord['weights']): BackboneRecord {
  const network = variant.build({ classes: 1000 });
  const cost = count(network);
  return {
    id: variant.id,
    family: variant.family,
    title: variant.title,
    parameters: cost.parameters,
    macs: cost.multiplyAdds,
    memory: activationMemory(network),
    inputSize: [...variant.inputSize],
    features: variant.features,
    stages: cost.stages.map(({ name, parameters }) => ({ name, parameters })),
    weights,
  };
}
