// A picture and its labels at the size at which a network sees them.
import { StudioError } from '#contract/errors.ts';
import type { Preprocessing } from '#contract/runs.ts';
import { decode, eightBits, resize, wholeAt } from '../../images/index.ts';
import { withChannels } from '../../images/channels.ts';
import type { LabelMap } from '../../masks/index.ts';

/** Row-major, channels interleaved, 8 bits. */
export interface ScaledPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Sides of the picture that a packed label map is of. */
export function labelledSize(labels: string): { readonly width: number; readonly height: number } {
  const [, width, height] = /^(\d+)x(\d+):/.exec(labels) ?? [];
  return { width: Number(width), height: Number(height) };
}

/** Sides of a picture after scaling. */
export function scaledSize({ width, height }: { readonly width: number; readonly height: number }, scale: number): { readonly width: number; readonly height: number } {
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Decodes a picture, with the channels asked for. 16-bit pictures are stretched to their own darkest and brightest value first. */
export async function scaledPicture(bytes: Uint8Array, { tiles, channels, interpolation }: Pick<Preprocessing, 'tiles' | 'channels' | 'interpolation'>): Promise<ScaledPicture> {
  if (channels !== 1 && channels !== 3) throw new StudioError('invalid', 'image.channels', { channels }, `A picture is given to a network with 1 or 3 channels, not ${channels}.`);
  const source = eightBits(await decode(bytes));
  const { width, height } = scaledSize(source, tiles?.scale ?? 1);
  const data = width === source.width && height === source.height ? source.data : resize(source, wholeAt(height, width), interpolation);
  return { width, height, channels, data: withChannels(data, source.channels, channels) };
}

/** Labels at the size of a picture: the nearest pixel's. */
export function scaledLabels({ width, height, labels }: LabelMap, to: { readonly width: number; readonly height: number }): Uint8Array {
  if (width === to.width && height === to.height) return labels;
  return resize({ width, height, channels: 1, data: labels }, wholeAt(to.height, to.width), 'nearest');
}
