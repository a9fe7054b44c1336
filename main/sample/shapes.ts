// Outlines of cells and nuclei as signed distances in pixels: negative inside.
import type { CellClass } from './population.ts';
import type { Stream } from '../random.ts';

export interface Disc { readonly x: number; readonly y: number; readonly radius: number }
export type Distance = (x: number, y: number) => number;

/** An uneven disc: its radius swings with the angle. */
export function blob({ x: cx, y: cy, radius }: Disc, draw: Stream, at: number, unevenness: number): Distance {
  const waves = [2, 3, 4, 5].map((k, i) => ({ k, height: radius * unevenness * (draw.uniform(at + 2 * i) - 0.5) / (k - 1), phase: 2 * Math.PI * draw.uniform(at + 2 * i + 1) }));
  return (x, y) => {
    const dx = x - cx, dy = y - cy, angle = Math.atan2(dy, dx);
    let edge = radius;
    for (const { k, height, phase } of waves) edge += height * Math.cos(k * angle + phase);
    return Math.hypot(dx, dy) - edge;
  };
}

/** Union that melts together where parts come near; `width` in pixels. */
function melt(a: number, b: number, width: number): number {
  const h = Math.max(width - Math.abs(a - b), 0) / width;
  return Math.min(a, b) - (h * h * width) / 4;
}

const disc = ({ x: cx, y: cy, radius }: Disc): Distance => (x, y) => Math.hypot(x - cx, y - cy) - radius;

/** A rod with round ends. */
function rod(a: Disc, b: Disc, radius: number): Distance {
  const dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy || 1;
  return (x, y) => {
    const t = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / length2));
    return Math.hypot(x - a.x - t * dx, y - a.y - t * dy) - radius;
  };
}

/** The lobes of a nucleus, strung along an arc. */
function lobed(cell: Disc, draw: Stream, lobes: number, lobeShare: number, bridge: number): Distance {
  const turn = 2 * Math.PI * draw.uniform(40), span = lobes === 2 ? 1.9 + 0.5 * draw.uniform(41) : 2.4 + 1.6 * draw.uniform(41), arc = cell.radius * (0.36 + 0.1 * draw.uniform(42));
  const parts = Array.from({ length: lobes }, (_, i): Disc => {
    const angle = turn + span * (lobes === 1 ? 0 : i / (lobes - 1) - 0.5) + 0.16 * (draw.uniform(50 + i) - 0.5);
    return { x: cell.x + arc * Math.cos(angle), y: cell.y + arc * Math.sin(angle), radius: cell.radius * lobeShare * (0.85 + 0.35 * draw.uniform(60 + i)) };
  });
  const shapes = [...parts.map(disc), ...parts.slice(1).map((part, i) => rod(parts[i]!, part, bridge))];
  return (x, y) => shapes.reduce((distance, shape) => melt(distance, shape(x, y), cell.radius * 0.09), Infinity);
}

/** A thick bent rod: a nucleus that has not parted into lobes. */
function band(cell: Disc, draw: Stream, thickness: number): Distance {
  return lobed(cell, draw, 5, thickness, cell.radius * thickness * 0.95);
}

/**
 * The nucleus of a cell.
 * @param difficulty above .75 a shape that several kinds of cell share
 */
export function nucleus(kind: CellClass, cell: Disc, draw: Stream, difficulty: number): Distance {
  const hard = difficulty > 0.72;
  switch (kind) {
    case 'lymphocyte': {
      const radius = cell.radius * (hard ? 0.62 + 0.1 * draw.uniform(30) : 0.74 + 0.12 * draw.uniform(30));
      const shift = cell.radius * 0.1, body = blob({ x: cell.x + shift * (draw.uniform(31) - 0.5), y: cell.y + shift * (draw.uniform(32) - 0.5), radius }, draw, 33, 0.12);
      if (!hard) return body;
      const angle = 2 * Math.PI * draw.uniform(43), dent = disc({ x: cell.x + cell.radius * 0.78 * Math.cos(angle), y: cell.y + cell.radius * 0.78 * Math.sin(angle), radius: cell.radius * 0.34 });
      return (x, y) => Math.max(body(x, y), 4 - dent(x, y) - 4);
    }
    case 'neutrophil':
      return hard ? band(cell, draw, 0.24) : lobed(cell, draw, 3 + draw.integer(44, 3), 0.26, cell.radius * 0.06);
    case 'eosinophil':
      return hard ? lobed(cell, draw, 3, 0.3, cell.radius * 0.1) : lobed(cell, draw, 2, 0.37, cell.radius * 0.08);
  }
}
