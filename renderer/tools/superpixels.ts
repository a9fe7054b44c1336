// Superpixels: a picture parted into compact pieces of like colour, so that one click takes a piece.
import type { Pixels } from './flood.ts';

/**
 * SLIC without its parameter for compactness being guessed: distances in colour (0..255 a channel) and place are weighed as in Achanta et al. 2012, with five rounds.
 * Pieces that do not hang together are given to a neighbour, as there.
 * @param side about how many pixels a piece is wide
 * @param compactness 1 follows every edge, 40 stays square
 * @returns a number for each pixel, from 0 up
 */
export function superpixels({ width, height, data }: Pixels, side: number, compactness = 12): Int32Array {
  const columns = Math.max(1, Math.round(width / side)), rows = Math.max(1, Math.round(height / side)), count = columns * rows;
  const stepX = width / columns, stepY = height / rows, weight = (compactness / Math.max(stepX, stepY)) ** 2;
  const centres = new Float64Array(count * 5);
  for (let k = 0; k < count; k++) {
    const x = Math.min(width - 1, Math.floor(((k % columns) + 0.5) * stepX)), y = Math.min(height - 1, Math.floor((Math.floor(k / columns) + 0.5) * stepY)), at = 4 * (y * width + x);
    centres.set([x, y, data[at]!, data[at + 1]!, data[at + 2]!], k * 5);
  }
  const labels = new Int32Array(width * height), nearest = new Float32Array(width * height);
  for (let round = 0; round < 5; round++) {
    nearest.fill(Infinity);
    for (let k = 0; k < count; k++) {
      const [cx, cy, r, g, b] = centres.subarray(k * 5, k * 5 + 5) as unknown as [number, number, number, number, number]; // five numbers a centre
      const x1 = Math.max(0, Math.floor(cx - stepX)), x2 = Math.min(width, Math.ceil(cx + stepX) + 1), y1 = Math.max(0, Math.floor(cy - stepY)), y2 = Math.min(height, Math.ceil(cy + stepY) + 1);
      for (let y = y1; y < y2; y++) for (let x = x1, i = y * width + x1; x < x2; x++, i++) {
        const dr = data[4 * i]! - r, dg = data[4 * i + 1]! - g, db = data[4 * i + 2]! - b;
        const distance = dr * dr + dg * dg + db * db + weight * ((x - cx) ** 2 + (y - cy) ** 2);
        if (distance < nearest[i]!) {
          nearest[i] = distance;
          labels[i] = k;
        }
      }
    }
    moveCentres(centres, labels, width, data);
  }
  return joined(labels, width, height, (stepX * stepY) / 4);
}

function moveCentres(centres: Float64Array, labels: Int32Array, width: number, data: Pixels['data']): void {
  const sums = new Float64Array(centres.length), sizes = new Float64Array(centres.length / 5);
  for (let i = 0; i < labels.length; i++) {
    const at = labels[i]! * 5;
    sizes[labels[i]!]!++;
    sums[at]! += i % width;
    sums[at + 1]! += Math.floor(i / width);
    for (let c = 0; c < 3; c++) sums[at + 2 + c]! += data[4 * i + c]!;
  }
  for (let k = 0; k < sizes.length; k++) if (sizes[k]! > 0) for (let c = 0; c < 5; c++) centres[k * 5 + c] = sums[k * 5 + c]! / sizes[k]!;
}

/** Numbers the connected pieces; one of fewer than `least` pixels goes to the piece before it. */
function joined(labels: Int32Array, width: number, height: number, least: number): Int32Array {
  const pieces = new Int32Array(labels.length).fill(-1), members: number[] = [];
  let next = 0;
  for (let start = 0; start < labels.length; start++) {
    if (pieces[start] !== -1) continue;
    const before = start % width > 0 ? pieces[start - 1]! : start >= width ? pieces[start - width]! : -1;
    members.length = 0;
    members.push(start);
    pieces[start] = next;
    for (let m = 0; m < members.length; m++) {
      const i = members[m]!, x = i % width;
      for (const other of [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width < width * height ? i + width : -1]) {
        if (other < 0 || pieces[other] !== -1 || labels[other] !== labels[start]) continue;
        pieces[other] = next;
        members.push(other);
      }
    }
    if (members.length < least && before >= 0) for (const i of members) pieces[i] = before;
    else next++;
  }
  return pieces;
}

/** The pixels of the piece that a pixel is in. */
export function pieceAt(pieces: Int32Array, width: number, pixel: number): Uint32Array {
  const members = [pixel], seen = new Set(members), piece = pieces[pixel];
  for (const at of members) {
    const x = at % width;
    for (const other of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
      if (other < 0 || pieces[other] !== piece || seen.has(other)) continue;
      seen.add(other);
      members.push(other);
    }
  }
  return Uint32Array.from(members);
}
