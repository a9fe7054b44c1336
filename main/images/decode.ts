// Bytes to pixels and back. The only file that imports sharp.
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { StudioError } from '#contract/errors.ts';
import { decodeBitmap } from './bitmap.ts';
import { fromInks, overWhite } from './channels.ts';
import { readHeader } from './describe.ts';
import type { Header } from './headers/header.ts';
import { maximumPixels, type Picture } from './picture.ts';
import { corrupt, truncated, unsupported } from './refusals.ts';

// Parallelism comes from many pictures at once, not from threads inside one; and nothing is kept between pictures.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Upright pixels of the first picture in a file.
 * Colour profiles are not applied, as in Pillow and torchvision: what a network sees is what is stored. CMYK becomes RGB.
 * @throws StudioError `unreadable`, as `describe`, and for damage that only decoding shows
 */
export function decode(bytes: Uint8Array): Promise<Picture> {
  return decodeWithin(bytes, null);
}

/**
 * As `decode`, for the eye only: where the decoder can, it gives a picture that already fits into a square of `side` pixels, much faster
 * for large JPEGs. A network never sees these pixels.
 */
export async function decodeWithin(bytes: Uint8Array, side: number | null): Promise<Picture> {
  const header = readHeader(bytes);
  const { data, channels, width, height } = await readSamples(bytes, header, side);
  const colors = header.color === 'grey' ? 1 : 3;
  if (channels < colors) throw corrupt(`${channels} channels where ${colors} are needed`);
  const pixels = header.color === 'cmyk' && data instanceof Uint8Array ? fromInks(data) : overWhite(data, channels, colors, header.alpha);
  return { width, height, channels: colors, bitDepth: header.bitDepth, data: pixels };
}

interface Raw { readonly data: Uint8Array | Uint16Array; readonly channels: number; readonly width: number; readonly height: number }

async function readSamples(bytes: Uint8Array, header: Header, side: number | null): Promise<Raw> {
  if (header.format === 'bmp') return decodeBitmap(bytes);
  try {
    return await readRaw(bytes, header, side, 'warning');
  } catch (error) {
    if (!isHarmless(error, header)) throw refusalOf(error);
  }
  return readRaw(bytes, header, side, 'error').catch((error: unknown) => { throw refusalOf(error); });
}

/**
 * Strictness. By itself libvips fills what is missing with grey, and a picture that is half grey would silently train a network.
 * `warning` refuses every doubt of the decoder, among them wrong Huffman codes in a JPEG, which `error` lets pass.
 * Two kinds of doubt leave all pixels intact and are common in real files: stray bytes between JPEG headers or before the end mark, and
 * remarks about the directories of a TIFF. For these the picture is decoded again with `error`, which still refuses missing data.
 */
function isHarmless(error: unknown, { format }: Header): boolean {
  const message = error instanceof Error ? error.message : '';
  const first = message.split('\n')[0] ?? '';
  if (format === 'jpeg') return /extraneous bytes before marker 0x(c[0-9a-f]|d[89a-f]|e[0-9a-f]|f[0-9a-f])/.test(first);
  return format === 'tiff' && first === 'Warning treated as error due to failOn setting';
}

async function readRaw(bytes: Uint8Array, header: Header, side: number | null, failOn: NonNullable<SharpOptions['failOn']>): Promise<Raw> {
  const deep = header.bitDepth === 16;
  const options: SharpOptions = { failOn, limitInputPixels: maximumPixels, ignoreIcc: true, sequentialRead: header.orientation === 1, page: 0, pages: 1 };
  const turned = turn(sharp(bytes, options), header.orientation);
  // The range of 16-bit numbers is that of the whole picture, so those are not shrunk here.
  const upright = side === null || deep ? turned : turned.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
  const space = spaceOf(header);
  // Without naming the space of the pipeline too, sharp would take inks to RGB and back through a profile.
  const kept = header.color === 'cmyk' ? upright.pipelineColourspace(space) : upright;
  const { data, info } = await kept.toColourspace(space).raw({ depth: deep ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true });
  const samples = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { data: samples, channels: info.channels, width: info.width, height: info.height };
}

/** The space in which no value changes. Eight-bit grey with alpha is read as RGB, since sharp gives only one channel of `b-w`. */
function spaceOf({ color, alpha, bitDepth }: Pick<Header, 'color' | 'alpha' | 'bitDepth'>): string {
  if (color === 'cmyk') return 'cmyk';
  if (bitDepth === 16) return color === 'grey' ? 'grey16' : 'rgb16';
  return color === 'grey' && !alpha ? 'b-w' : 'srgb';
}

/** EXIF's eight ways up (EXIF 2.3, tag 274); sharp mirrors first and turns afterwards. */
function turn(image: Sharp, orientation: number): Sharp {
  switch (orientation) {
    case 2: return image.flop();
    case 3: return image.rotate(180);
    case 4: return image.flip();
    case 5: return image.flop().rotate(270);
    case 6: return image.rotate(90);
    case 7: return image.flop().rotate(90);
    case 8: return image.rotate(270);
    default: return image;
  }
}

/** What libvips says about bytes, as one of our reasons. Its own words stay in the cause. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StudioError) return error;
  if (/premature end|truncat|unexpected end|end of (file|stream|GIF)|bad seek|not enough data|read past/i.test(error.message)) return truncated();
  if (/not configured|not supported|unsupported/i.test(error.message)) return unsupported('Pictures with this kind of compression');
  return corrupt('its pixels cannot be decoded', { cause: error });
}

/** What is encoded: a picture, or any pixels in its layout. */
export type Pixels = Pick<Picture, 'width' | 'height' | 'channels' | 'data'>;

/** Lossless, 8 or 16 bits. None of the encoders writes metadata. */
export function encodePng(pixels: Pixels): Promise<Uint8Array> {
  return open(pixels).png({ compressionLevel: 6 }).toBuffer();
}

/** @param quality 1 to 100; colour is kept at full resolution */
export function encodeJpeg(pixels: Pixels & { readonly data: Uint8Array }, quality: number): Promise<Uint8Array> {
  return open(pixels).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
}

/** @param quality 1 to 100 */
export function encodeWebp(pixels: Pixels & { readonly data: Uint8Array }, quality: number): Promise<Uint8Array> {
  return open(pixels).webp({ quality }).toBuffer();
}

function open({ width, height, channels, data }: Pixels): Sharp {
  const bitDepth = data instanceof Uint16Array ? 16 : 8;
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: maximumPixels }).toColourspace(spaceOf({ color: channels === 1 ? 'grey' : 'rgb', alpha: false, bitDepth }));
}
