// Comparing arms on the same folds.
export { compare } from './compare.ts';
