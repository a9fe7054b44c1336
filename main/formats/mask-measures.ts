// The measures of masks as a CSV file.
import { maskMeasuresTable } from '#contract/masks/measures-table.ts';
import type { SegmentationMeasures } from '#contract/segmentation.ts';
import { writeCsv } from './csv.ts';

/** @param pathOf the picture's path by its id; none = the id */
export function maskMeasuresCsv(measures: SegmentationMeasures, pathOf?: (id: string) => string | undefined): string {
  return writeCsv(maskMeasuresTable(measures, pathOf).map((row) => row.map(String)));
}
