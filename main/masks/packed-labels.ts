// A label map as a short text, for job documents and messages: run lengths, squeezed.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { StudioError } from '#contract/errors.ts';

export interface LabelMap {
  readonly width: number;
  readonly height: number;
  /** One byte per pixel, row by row, as `labelMap` makes them. */
  readonly labels: Uint8Array;
}

/** Pairs of label and run length, run lengths in base 128 with the lowest digits first, deflated, in base 64 behind the size: `640x480:...`. */
export function packLabels({ width, height, labels }: LabelMap): string {
  const bytes: number[] = [];
  for (let from = 0; from < labels.length;) {
    const label = labels[from]!;
    let to = from + 1;
    while (to < labels.length && labels[to] === label) to++;
    bytes.push(label);
    for (let rest = to - from; ; rest >>>= 7) {
      bytes.push(rest < 128 ? rest : (rest & 127) | 128);
      if (rest < 128) break;
    }
    from = to;
  }
  return `${width}x${height}:${deflateRawSync(Uint8Array.from(bytes)).toString('base64')}`;
}

/** @throws StudioError unreadable for a text that packLabels did not make */
export function unpackLabels(text: string): LabelMap {
  const [, first, second, packed = ''] = /^(\d+)x(\d+):(.*)$/.exec(text) ?? [];
  const width = Number(first), height = Number(second);
  const labels = new Uint8Array(width * height || 0);
  const bytes = packed === '' ? new Uint8Array() : inflateRawSync(Buffer.from(packed, 'base64'));
  let to = 0;
  for (let at = 0; at < bytes.length;) {
    const label = bytes[at++]!;
    let run = 0;
    for (let shift = 0; ; shift += 7) {
      const digit = bytes[at++] ?? 0;
      run += (digit & 127) * 2 ** shift;
      if (digit < 128) break;
    }
    labels.fill(label, to, to += run);
  }
  if (to !== labels.length || to === 0) throw new StudioError('unreadable', 'masks.packed', {}, 'The masks of this run cannot be read by this version of Fovea. Start the run again.');
  return { width, height, labels };
}
