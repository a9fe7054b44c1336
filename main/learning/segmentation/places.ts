// Where a random tile lies: anywhere, or on an object, so that rare classes are seen.
import { ignored } from '../../masks/index.ts';
import { stream } from '../../random.ts';

interface Labelled {
  readonly width: number;
  readonly height: number;
  readonly labels: Uint8Array;
}

/** Numbers that one draw may use. */
const perDraw = 4;

/**
 * Origin of a window, inside the picture where it fits; a picture that is smaller lies in its middle.
 * @param foreground share of the draws that centre on a pixel of an object: every class of the picture as often as the others, every pixel of it as likely
 */
export function drawPlace({ width, height, labels }: Labelled, window: { readonly width: number; readonly height: number }, foreground: number, seed: number, key: string, turn: number): readonly [top: number, left: number] {
  const random = stream(seed, `tile/${key}`), at = turn * perDraw;
  const along = (share: number, length: number, side: number) => (length <= side ? (length - side) / 2 : Math.floor(share * (length - side + 1)));
  const on = random.uniform(at) < foreground ? drawPixel(labels, random.uniform(at + 1), random.uniform(at + 2)) : null;
  if (on === null) return [along(random.uniform(at + 1), height, window.height), along(random.uniform(at + 2), width, window.width)];
  const within = (centre: number, length: number, side: number) => (length <= side ? (length - side) / 2 : Math.min(Math.max(Math.round(centre - side / 2), 0), Math.floor(length - side)));
  return [within(Math.floor(on / width), height, window.height), within(on % width, width, window.width)];
}

/** A pixel of an object, or null where there is none. @param whichClass, whichPixel in [0, 1) */
function drawPixel(labels: Uint8Array, whichClass: number, whichPixel: number): number | null {
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label]!++;
  const present = Array.from(counts.keys()).filter((label) => label !== 0 && label !== ignored && counts[label]! > 0);
  const label = present[Math.floor(whichClass * present.length)];
  if (label === undefined) return null;
  let left = Math.floor(whichPixel * counts[label]!);
  return labels.findIndex((own) => own === label && left-- === 0);
}
