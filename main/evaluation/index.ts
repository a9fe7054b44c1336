// What the evaluation room holds: pure numbers from probabilities and reference classes.
export { evaluate, argmax } from './evaluate.ts';
export type { EvaluateOptions } from './evaluate.ts';
export { evaluateMultilabel } from './multilabel.ts';
export type { EvaluateMultilabelOptions } from './multilabel.ts';
export type { Measures } from './measures.ts';
export { confusionMatrix, accuracy, balancedAccuracy, outcomes, sensitivity, specificity, precision, f1 } from './confusion.ts';
export type { Confusion, Outcomes } from './confusion.ts';
export { auc, rankedAuc, rocCurve } from './roc.ts';
export type { RocPoint } from './roc.ts';
export { logLosses, binaryLogLosses, brierScores } from './probability-scores.ts';
export { bootstrapIntervals } from './bootstrap.ts';
export type { BootstrapOptions, Interval } from './bootstrap.ts';
export { wilson } from './wilson.ts';
export { evaluateSegmentation } from './segmentation.ts';
export type { EvaluateSegmentationOptions } from './segmentation.ts';
export type { ObjectMask, SegmentedPicture } from './segmentation-picture.ts';
export { blandAltman } from './agreement.ts';
