// Comparing arms on the same folds.
export { compare } from './compare.ts';
export { colourHistograms, histogram } from './colour-histogram.ts';
