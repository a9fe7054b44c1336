// Which rows of a grid are in view: plain numbers for VirtualGrid.

/** As many columns as fit with at least `tile` pixels each. */
export function columnsFor(width: number, tile: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (tile + gap)));
}

export interface Scrolled { readonly top: number; readonly height: number; readonly rowHeight: number; readonly rowCount: number; readonly overscan: number }

/** First and last row to be drawn; `last` is -1 when there are none. */
export function visibleRows({ top, height, rowHeight, rowCount, overscan }: Scrolled): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const last = Math.min(rowCount - 1, Math.floor((top + height) / rowHeight) + overscan);
  return { first: Math.min(first, Math.max(0, last)), last };
}
