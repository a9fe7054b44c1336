// Batch spectral shrinkage: directions in which the features of a batch hardly differ carry what does not transfer (Chen et al. 2019).
import { INPUT } from '../../nets/graph.ts';
import type { Opening } from './regulariser.ts';

/** eta * sum of the squares of the smallest singular values of the features of a batch, not divided by its pictures, as in the paper. Features that come from frozen stages are what they are. */
export const bss: Opening<'bss'> = async ({ eta, count }, { inputs: { network } }) => ({
  terms: network.features === INPUT ? [] : [{ kind: 'smallest-singular-values', features: network.features, count, coefficient: eta }],
});
