// Outlines of cells and nuclei as signed distances in pixels: negative inside.
import type { Stream } from '../random.ts';
import type { Field } from './noise.ts';
import type { CellClass } from './population.ts';

export interface Disc { readonly x: number; readonly y: number; readonly radius: number }
export type Distance = (x: number, y: number) => number;

/** An uneven disc: its radius swings with the angle. Far from its edge the distance is that of the even disc. */
export function blob({ x: cx, y: cy, radius }: Disc, draw: Stream, at: number, unevenness: number): Distance {
  const waves = [2, 3, 4, 5].map((k, i) => ({ k, height: radius * unevenness * (draw.uniform(at + 2 * i) - 0.5) / (k - 1), phase: 2 * Math.PI * draw.uniform(at + 2 * i + 1) }));
  const far = 14 + waves.reduce((sum, { height }) => sum + Math.abs(height), 0);
  return (x, y) => {
    const dx = x - cx, dy = y - cy, distance = Math.sqrt(dx * dx + dy * dy) - radius;
    if (Math.abs(distance) > far) return distance;
    const angle = Math.atan2(dy, dx);
    let edge = 0;
    for (const { k, height, phase } of waves) edge += height * Math.cos(k * angle + phase);
    return distance - edge;
  };
}

/** The shape as if drawn on a sheet that was then crumpled a little. @param reach pixels */
export function crumpled(shape: Distance, across: Field, down: Field, reach: number): Distance {
  return (x, y) => shape(x + reach * across(x, y), y + reach * down(x, y));
}

/** Union that melts together where parts come near; `width` in pixels. */
function melt(a: number, b: number, width: number): number {
  const h = Math.max(width - Math.abs(a - b), 0) / width;
  return Math.min(a, b) - (h * h * width) / 4;
}

interface Point { readonly x: number; readonly y: number }

/** A rod with round ends. */
function rod(a: Point, b: Point, radius: number): Distance {
  const dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy || 1;
  return (x, y) => {
    const t = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / length2));
    const offX = x - a.x - t * dx, offY = y - a.y - t * dy;
    return Math.sqrt(offX * offX + offY * offY) - radius;
  };
}

interface Lobes {
  readonly count: number;
  /** Radius of a lobe and length of its longer axis beyond that, as shares of the cell's radius. */
  readonly thickness: number;
  readonly length: number;
  /** Radius of the threads between lobes, pixels. */
  readonly thread: number;
  /** Angle that the chain of lobes spans. */
  readonly span: number;
}

/** The lobes of a nucleus: short rods, each turned a little its own way, strung along an arc by threads. */
function lobed(cell: Disc, draw: Stream, { count, thickness, length, thread, span }: Lobes): Distance {
  const turn = 2 * Math.PI * draw.uniform(40), arc = cell.radius * (0.34 + 0.14 * draw.uniform(42));
  const lobes = Array.from({ length: count }, (_, i) => {
    const angle = turn + span * (count === 1 ? 0 : i / (count - 1) - 0.5) + 0.3 * (draw.uniform(50 + i) - 0.5), reach = arc * (0.8 + 0.4 * draw.uniform(80 + i));
    const lean = angle + Math.PI / 2 + 1.1 * (draw.uniform(70 + i) - 0.5), half = cell.radius * length * (0.6 + 0.8 * draw.uniform(90 + i)) / 2;
    const x = cell.x + reach * Math.cos(angle), y = cell.y + reach * Math.sin(angle);
    const ends = [{ x: x - half * Math.cos(lean), y: y - half * Math.sin(lean) }, { x: x + half * Math.cos(lean), y: y + half * Math.sin(lean) }] as const;
    return { ends, radius: cell.radius * thickness * (0.8 + 0.4 * draw.uniform(60 + i)) };
  });
  const bodies = lobes.map(({ ends: [a, b], radius }) => rod(a, b, radius));
  const threads = lobes.slice(1).map(({ ends: [start] }, i) => rod(lobes[i]!.ends[1], start, thread));
  const parts = [...bodies, ...threads], width = cell.radius * 0.08;
  return (x, y) => {
    let distance = Infinity;
    for (const part of parts) distance = melt(distance, part(x, y), width);
    return distance;
  };
}

/**
 * The nucleus of a cell.
 * @param difficulty above 0.6 a shape that several kinds of cell share
 */
export function nucleus(kind: CellClass, cell: Disc, draw: Stream, difficulty: number): Distance {
  const hard = difficulty > 0.6;
  switch (kind) {
    case 'lymphocyte': {
      const radius = cell.radius * (hard ? 0.62 + 0.1 * draw.uniform(30) : 0.72 + 0.14 * draw.uniform(30)), shift = cell.radius * 0.22;
      const body = blob({ x: cell.x + shift * (draw.uniform(31) - 0.5), y: cell.y + shift * (draw.uniform(32) - 0.5), radius }, draw, 33, 0.16);
      if (!hard && draw.uniform(45) < 0.6) return body;
      const angle = 2 * Math.PI * draw.uniform(43), far = cell.radius * (0.74 + 0.2 * draw.uniform(44));
      const bay = { x: cell.x + far * Math.cos(angle), y: cell.y + far * Math.sin(angle), radius: cell.radius * 0.34 };
      return (x, y) => -melt(-body(x, y), Math.hypot(x - bay.x, y - bay.y) - bay.radius, cell.radius * 0.12);
    }
    case 'neutrophil':
      return hard
        ? lobed(cell, draw, { count: draw.uniform(46) < 0.5 ? 2 : 4, thickness: 0.25, length: 0.4, thread: cell.radius * 0.2, span: 2.6 + 1.2 * draw.uniform(41) })
        : lobed(cell, draw, { count: 3 + draw.integer(44, 3), thickness: 0.2, length: 0.34, thread: 1.2 + 1.6 * draw.uniform(47), span: 3 + 1.8 * draw.uniform(41) });
    case 'eosinophil':
      return lobed(cell, draw, { count: hard ? 3 : 2, thickness: hard ? 0.24 : 0.31, length: 0.26, thread: 1.6 + 2.4 * draw.uniform(47), span: hard ? 3.2 : 2 + 0.7 * draw.uniform(41) });
  }
}
