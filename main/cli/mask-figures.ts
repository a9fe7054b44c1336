// What `fovea evaluate` says of masks.
import type { EvaluationRecord } from '#contract/records.ts';
import type { Agreement, PictureSummary, SegmentationMeasures } from '#contract/segmentation.ts';
import { measure, share, table } from './output.ts';

/** Means over pictures as plain numbers, with their intervals beside them, for scripts. */
export function maskFigures({ id, modelId, partition, look, selection, warnings }: EvaluationRecord, { n, subjects, classes, unit, dice, iou, hd95, precision, recall, perClass, perImage, intervals }: SegmentationMeasures): unknown {
  const shares = { dice, iou, hd95, precision, recall }, names = ['dice', 'iou', 'hd95', 'precision', 'recall'] as const;
  const means = (of: typeof shares) => Object.fromEntries(names.map((name) => [name, of[name].mean.value]));
  const ranges = (of: typeof shares) => Object.fromEntries(names.map((name) => [name, [of[name].mean.low, of[name].mean.high]]));
  return {
    id, modelId, partition, look, selection, warnings, n, subjects, classes, unit, ...means(shares),
    median: Object.fromEntries(names.map((name) => [name, shares[name].median.value])),
    perClass: perClass.map((one) => ({ name: one.name, ...means(one), bothEmpty: one.bothEmpty, oneEmpty: one.oneEmpty, area: one.area, objects: one.objects, sizes: one.sizes, thresholds: one.thresholds })),
    perImage,
    intervals: { ...intervals, ...ranges(shares), perClass: Object.fromEntries(perClass.map((one) => [one.name, ranges(one)])) },
  };
}

export function maskLines({ partition, look, selection, warnings }: EvaluationRecord, { n, subjects, unit, dice, iou, hd95, precision, recall, perClass, intervals }: SegmentationMeasures): string[] {
  const row = (name: string, ...figures: readonly PictureSummary[]) => [name, ...figures.map(({ mean }) => measure(mean))];
  return [
    ...warnings.map((warning) => `Note: ${warning}`),
    `${n} ${partition} pictures of ${subjects} subjects${selection ? ' (selection: the model was chosen on them)' : ''}${look === null ? '' : `; look number ${look} at the test partition`}`,
    ...table(['mean per picture', 'Dice', 'IoU', `HD95 (${unit}s)`, 'precision', 'recall'], [row('all classes', dice, iou, hd95, precision, recall), ...perClass.map((one) => row(one.name, one.dice, one.iou, one.hd95, one.precision, one.recall))]),
    ...table(['class', 'median Dice', 'both empty', 'one empty', 'area, bias (limits of agreement)', 'AP at .5', 'panoptic quality'], perClass.map(({ name, dice: own, bothEmpty, oneEmpty, area, objects }) => [name, share(own.median.value), bothEmpty, oneEmpty, limits(area), objects ? measure(objects.ap50.mean) : '', objects ? measure(objects.panopticQuality.mean) : ''])),
    ...table(['class', `objects of so many ${unit}s²`, 'n', 'found (IoU above .5)'], perClass.flatMap(({ name, sizes }) => sizes.map(({ from, to, objects, found }) => [name, `${round(from)} to ${round(to)}`, objects, measure(found)]))),
    `intervals: bootstrap over ${intervals.unit}s, ${intervals.replicates} replicates`,
    'For research use only. Not for use in diagnostic procedures.',
  ];
}

const round = (value: number) => String(Number(value.toPrecision(4)));

function limits({ bias, low, high }: Agreement): string {
  return bias === null ? '' : `${round(bias)}${low === null || high === null ? '' : ` (${round(low)} to ${round(high)})`}`;
}
