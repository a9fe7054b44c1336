// The grid draws every tile that can be seen and few more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { columnsFor, visibleRows } from './grid-layout.ts';

test('every row that touches the view is drawn, and at most the overscan more on either side', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 500_000 }), fc.integer({ min: 100, max: 2000 }), fc.integer({ min: 60, max: 300 }), fc.integer({ min: 1, max: 5000 }), (top, height, rowHeight, rowCount) => {
    const overscan = 3;
    const scrolled = Math.min(top, Math.max(0, rowCount * rowHeight - height));
    const { first, last } = visibleRows({ top: scrolled, height, rowHeight, rowCount, overscan });
    for (let row = 0; row < rowCount; row++) {
      const seen = (row + 1) * rowHeight > scrolled && row * rowHeight < scrolled + height;
      if (seen) assert.ok(row >= first && row <= last, `row ${row} is seen but ${first}..${last} are drawn`);
    }
    assert.ok(last - first + 1 <= Math.ceil(height / rowHeight) + 1 + 2 * overscan);
  }));
});

test('columns are as many as fit, and never none', () => {
  assert.equal(columnsFor(1024, 156, 8), 6);
  assert.equal(columnsFor(100, 156, 8), 1);
  fc.assert(fc.property(fc.integer({ min: 200, max: 4000 }), fc.integer({ min: 80, max: 200 }), (width, tile) => {
    const columns = columnsFor(width, tile, 8);
    assert.ok(columns * tile + (columns - 1) * 8 <= width);
    assert.ok((columns + 1) * tile + columns * 8 > width);
  }));
});
