// The measures of masks as rows and columns: one row for each picture and class, as spreadsheets and statistics programs read it.
import type { SegmentationMeasures } from '../segmentation.ts';

/** What is not defined is left empty. @param pathOf the picture's path by its id; none = the id */
export function maskMeasuresTable({ classes, perImage, unit }: SegmentationMeasures, pathOf: (id: string) => string | undefined = () => undefined): (string | number)[][] {
  const cell = (value: number | null | undefined) => value ?? '';
  return [
    ['path', 'subject', 'class', 'dice', 'iou', `hd95_${unit}`, 'precision', 'recall', `reference_area_${unit}2`, `predicted_area_${unit}2`, 'reference_objects', 'predicted_objects', 'matched_objects', 'ap50', 'panoptic_quality'],
    ...perImage.flatMap(({ id, subject, perClass }) => perClass.map(({ dice, iou, hd95, precision, recall, referenceArea, predictedArea, objects }, c) => [
      pathOf(id) ?? id, subject ?? '', classes[c] ?? '', cell(dice), cell(iou), cell(hd95), cell(precision), cell(recall), cell(referenceArea), cell(predictedArea),
      cell(objects?.reference), cell(objects?.predicted), cell(objects?.matched), cell(objects?.ap50), cell(objects?.panopticQuality),
    ])),
  ];
}
