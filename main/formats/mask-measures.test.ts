// The table of measures holds every picture and class once, with the numbers as they are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateSegmentation } from '../evaluation/index.ts';
import { readCsv } from './csv.ts';
import { maskMeasuresCsv } from './mask-measures.ts';

test('a table of measures reads back with a row for each picture and class, and nothing where nothing is defined', () => {
  const picture = (id: string, reference: number[], predicted: number[]) => ({ id, subject: 'S, 1', width: 3, height: 1, spacing: [1, 0.5] as const, reference: Uint8Array.from(reference), predicted: Uint8Array.from(predicted) });
  const measures = evaluateSegmentation({ classes: ['cell', 'debris'], pictures: [picture('a', [1, 1, 0], [1, 0, 0]), picture('b', [2, 0, 0], [0, 0, 0])], seed: 1, replicates: 10 });
  const [header, ...rows] = readCsv(maskMeasuresCsv(measures, (id) => `pictures/${id}.png`)).map(({ cells }) => cells);
  assert.deepEqual(header!.slice(0, 6), ['path', 'subject', 'class', 'dice', 'iou', 'hd95_millimetre']);
  assert.equal(rows.length, 4);
  assert.deepEqual(rows[0]!.slice(0, 10), ['pictures/a.png', 'S, 1', 'cell', String(2 / 3), '0.5', String(measures.perImage[0]!.perClass[0]!.hd95), '1', '0.5', '1', '0.5']);
  assert.deepEqual(rows[3]!.slice(2, 8), ['debris', '0', '0', '', '', '0']);
});
