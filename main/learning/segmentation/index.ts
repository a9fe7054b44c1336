// The room of masks: training a U-Net, and what it says of pictures.
export { trainMasks } from './job.ts';
export { maskNetwork, maskPlan, maskRecipe, memoryOf } from './plan.ts';
export { predictMasks } from './predict.ts';
export { tiledPreprocessing } from './recipe.ts';
export { maskStrategies, maskStrategy } from './strategies.ts';
export { maskModelValues } from './values.ts';
