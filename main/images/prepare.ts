// A picture as a network gets it: resized by its short side, the centre cut out, with the channels asked for.
import type { Crop } from '#contract/crop.ts';
import { StudioError } from '#contract/errors.ts';
import type { Preprocessing } from '#contract/runs.ts';
import { eightBits, withChannels } from './channels.ts';
import { decode } from './decode.ts';
import type { Picture, Picture8 } from './picture.ts';
import { resize, type Window } from './resize.ts';

/** The part of a model's preprocessing that touches pixels; mean and standard deviation are applied where floats are made. */
export type Framing = Pick<Preprocessing, 'size' | 'channels' | 'cropShare' | 'interpolation'>;

/**
 * Decodes and frames one picture, or a part of it.
 * @returns [size[0], size[1], channels], 8 bit; equals torchvision's Resize and CenterCrop on a Pillow image within 1
 */
export async function prepare(bytes: Uint8Array, framing: Framing, crop?: Crop): Promise<Uint8Array> {
  const picture = await decode(bytes);
  // 16 bits become 8 first, so that a part has the brightness that it has in its picture.
  return frame(crop ? cut(eightBits(picture), crop) : picture, framing);
}

/** Throws `invalid` for a part that reaches out of its picture. */
function cut(picture: Picture8, { left, top, width, height }: Crop): Picture8 {
  if (left + width > picture.width || top + height > picture.height) throw new StudioError('invalid', 'image.crop', { width: picture.width, height: picture.height }, `A part of the picture lies outside of it: it has ${picture.width} x ${picture.height} pixels. Move the box inside.`);
  const { channels } = picture, data = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * picture.width + left) * channels;
    data.set(picture.data.subarray(from, from + width * channels), row * width * channels);
  }
  return { ...picture, width, height, data };
}

/** The same for a picture that is decoded already. 16-bit pictures are stretched to their own darkest and brightest value first. */
export function frame(picture: Picture, { size: [height, width], channels, cropShare, interpolation }: Framing): Uint8Array {
  if (channels !== 1 && channels !== 3) throw new StudioError('invalid', 'image.channels', { channels }, `A picture is given to a network with 1 or 3 channels, not ${channels}.`);
  const source = eightBits(picture);
  return withChannels(resize(source, centre(source, height, width, cropShare), interpolation), source.channels, channels);
}

/**
 * The centre window of a picture scaled so that it just covers size / cropShare: for a square size, its short side becomes that long.
 * Rounding is torchvision's: both sides down, the offset to the nearest even on a half.
 */
export function centre(picture: { readonly width: number; readonly height: number }, height: number, width: number, cropShare: number): Window {
  const coverHeight = Math.floor(height / cropShare), coverWidth = Math.floor(width / cropShare);
  const tall = picture.height * coverWidth >= picture.width * coverHeight;
  const scaledHeight = tall ? Math.max(height, Math.floor(coverWidth * picture.height / picture.width)) : coverHeight;
  const scaledWidth = tall ? coverWidth : Math.max(width, Math.floor(coverHeight * picture.width / picture.height));
  return { scaledHeight, scaledWidth, top: roundHalfEven((scaledHeight - height) / 2), left: roundHalfEven((scaledWidth - width) / 2), height, width };
}

function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  return value - down === 0.5 ? down + (down % 2) : Math.round(value);
}
