// Group-aware partitions and folds. Pure functions.
export { makeSplit, type MadeSplit, type SplitPicture } from './split.ts';
