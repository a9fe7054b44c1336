// Polygons and boxes to masks and back. A pixel belongs to a shape when its centre does, so that shapes which share a side share no pixel.
import type { Box, Mask, Polygon } from '../geometry.ts';
import { components } from './components.ts';
import { bounds, eachRowStretch, RunGatherer, type Extent } from './runs.ts';

export type Vertex = readonly [x: number, y: number];

/**
 * The pixels whose centres (x + 0.5, y + 0.5) lie inside a polygon by the even-odd rule; a centre on a left or upper side counts as inside, on a right or lower one not.
 * What lies beside the picture is cut off.
 */
export function fromPolygon({ points }: { readonly points: readonly Vertex[] }, { width, height }: Extent): Mask {
  const crossings: number[][] = Array.from({ length: height }, () => []);
  points.forEach((end, i) => {
    const start = points.at(i - 1)!;
    // From top to bottom, so that a side which is gone along twice gives the same number twice.
    const [[x1, y1], [x2, y2]] = start[1] < end[1] ? [start, end] : [end, start];
    const last = Math.min(height, Math.ceil(y2 - 0.5));
    for (let y = Math.max(0, Math.ceil(y1 - 0.5)); y < last; y++) crossings[y]!.push(x1 + ((y + 0.5 - y1) / (y2 - y1)) * (x2 - x1));
  });
  const gatherer = new RunGatherer({ width, height }), column = (x: number) => Math.min(width, Math.max(0, Math.ceil(x - 0.5)));
  crossings.forEach((row, y) => {
    row.sort((a, b) => a - b);
    for (let i = 0; i + 1 < row.length; i += 2) gatherer.add(y * width + column(row[i]!), y * width + column(row[i + 1]!));
  });
  return gatherer.mask();
}

/** The pixels whose centres lie in a box. */
export function fromBox({ x1, y1, x2, y2 }: Box, extent: Extent): Mask {
  return fromPolygon({ points: [[x1, y1], [x2, y1], [x2, y2], [x1, y2]] }, extent);
}

/**
 * Outlines along the sides of the pixels, one polygon for each part whose pixels touch by their sides. A hole is reached by a seam that is gone along there and back,
 * so that `fromPolygon` of all of them together gives exactly the mask.
 */
export function toPolygons(mask: Mask): readonly Polygon[] {
  return components(mask, 4).map((part): Polygon => {
    const [outer, ...holes] = rings(part);
    return { shape: 'polygon', points: holes.reduce(withHole, outer!).map(([x, y]): [number, number] => [x, y]) };
  });
}

function withHole(outline: readonly Vertex[], hole: readonly Vertex[]): readonly Vertex[] {
  const [first] = hole as readonly [Vertex, ...Vertex[]];
  const distance = ([x, y]: Vertex) => (x - first[0]) ** 2 + (y - first[1]) ** 2;
  const nearest = outline.reduce((best, vertex, at) => (distance(vertex) < distance(outline[best]!) ? at : best), 0);
  return [...outline.slice(0, nearest + 1), ...hole, first, ...outline.slice(nearest)];
}

/** Corners of the outlines of one part whose pixels touch by their sides: the outer one first, then its holes. Foreground lies to the right of the way. */
function rings(part: Mask): readonly (readonly Vertex[])[] {
  const box = bounds(part)!; // a part has a pixel
  const width = box.x2 - box.x1 + 2, height = box.y2 - box.y1 + 2; // a margin of one pixel around
  const inside = new Uint8Array(width * height), passed = new Uint8Array(width * height);
  eachRowStretch(part, (y, from, to) => {
    const row = (y - box.y1 + 1) * width + 1 - box.x1;
    inside.fill(1, row + from, row + to);
  });
  const at = (x: number, y: number) => inside[y * width + x] === 1;
  const found: Vertex[][] = [];
  for (let y = 1; y < height; y++) for (let x = 1; x < width; x++) {
    // Every outline has an upper side of a pixel under background, gone along to the right.
    if (!at(x, y) || at(x, y - 1) || passed[y * width + x]) continue;
    found.push(ringFrom(x, y, at, (px, py) => { passed[py * width + px] = 1; }).map(([cx, cy]): Vertex => [cx + box.x1 - 1, cy + box.y1 - 1]));
  }
  return found;
}

const STEPS = [[1, 0], [0, 1], [-1, 0], [0, -1]] as const;
/** Pixels ahead of a corner, seen along each step: to the right and to the left of the way. */
const AHEAD = [{ right: [0, 0], left: [0, -1] }, { right: [-1, 0], left: [0, 0] }, { right: [-1, -1], left: [-1, 0] }, { right: [0, -1], left: [-1, -1] }] as const;

/** @param pass told of each pixel along whose upper side the way goes */
function ringFrom(startX: number, startY: number, at: (x: number, y: number) => boolean, pass: (x: number, y: number) => void): Vertex[] {
  const corners: Vertex[] = [];
  let x = startX, y = startY, way = 0;
  do {
    if (way === 0) pass(x, y);
    x += STEPS[way]![0];
    y += STEPS[way]![1];
    const { right, left } = AHEAD[way]!;
    const turn = !at(x + right[0], y + right[1]) ? 1 : at(x + left[0], y + left[1]) ? 3 : 0;
    if (turn !== 0) corners.push([x, y]);
    way = (way + turn) % 4;
  } while (x !== startX || y !== startY || way !== 0);
  return corners;
}
