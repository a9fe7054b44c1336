// Tells by its first bytes what a file is, whatever its name says.
import type { Format } from './picture.ts';
import { corrupt, emptyFile, notAPicture, unsupported } from './refusals.ts';

/** How many first bytes `formatOf` looks at: DICOM's mark ends at 132, NIfTI's at 348; SVG may begin with a comment. */
export const headBytes = 1024;

/**
 * The format of a file.
 * @param head the first `headBytes` bytes, or the whole file
 * @throws StudioError `unreadable`: empty, a known kind that is not read, or not a picture
 */
export function formatOf(head: Uint8Array): Format {
  if (head.length === 0) throw emptyFile();
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, headBytes)).toString('latin1');
  const at = (offset: number, mark: string) => text.startsWith(mark, offset);
  // First, since the 128 bytes before DICOM's mark are free and may look like a TIFF.
  if (at(128, 'DICM')) throw unsupported('DICOM files', 'Export the picture as PNG or TIFF from your viewer and import that.');
  if (at(0, '\xff\xd8\xff')) return 'jpeg';
  if (at(0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (at(0, 'RIFF') && at(8, 'WEBP')) return 'webp';
  if (at(0, 'GIF87a') || at(0, 'GIF89a')) return 'gif';
  if (at(0, 'BM') && isBitmap(head)) return 'bmp';
  if (at(0, 'II*\0') || at(0, 'MM\0*') || at(0, 'II+\0') || at(0, 'MM\0+')) {
    if (at(8, 'CR\x02')) throw cameraRaw();
    return 'tiff';
  }
  if (at(0, '\x89PNG') || at(0, 'PNG')) throw corrupt('the PNG mark at its start was changed, as a transfer in text mode does');
  throw knownKind(text, at) ?? notAPicture();
}

export function cameraRaw() {
  return unsupported('Raw files of cameras', 'Develop the picture to JPEG, PNG or TIFF and import that.');
}

/** The header's own size is one of those ever defined. */
function isBitmap(head: Uint8Array): boolean {
  return head.length < 18 || [12, 16, 40, 52, 56, 64, 108, 124].includes(new DataView(head.buffer, head.byteOffset).getUint32(14, true));
}

function knownKind(text: string, at: (offset: number, mark: string) => boolean) {
  if (at(344, 'n+1\0') || at(344, 'ni1\0') || at(4, 'n+2\0') || at(4, 'ni2\0')) return unsupported('NIfTI volumes', 'Export the slices as PNG or TIFF and import those.');
  if (at(0, '\x1f\x8b')) return unsupported('Compressed files (gzip, as in .nii.gz)', 'Unpack the file; export slices of a volume as PNG or TIFF.');
  if (at(0, 'PK\x03\x04') || at(0, 'Rar!') || at(0, '7z\xbc\xaf')) return unsupported('Archives', 'Unpack the archive and import the folder.');
  if (at(4, 'ftyp')) return /^(avif|avis|hei[cfmsx]|hev[cmsx]|mif1|msf1)/.test(text.slice(8, 12)) ? unsupported('HEIC and AVIF pictures', 'Save the picture as JPEG or PNG and import that.') : unsupported('Videos', 'Export single frames as PNG and import those.');
  if (at(0, '\0\0\0\x0cjP  ') || at(0, '\xff\x4f\xff\x51')) return unsupported('JPEG 2000 pictures');
  if (at(0, '\xff\x0a') || at(0, '\0\0\0\x0cJXL ')) return unsupported('JPEG XL pictures');
  if (at(0, '8BPS')) return unsupported('Photoshop files');
  if (at(0, '%PDF')) return unsupported('PDF files', 'Export the pages as PNG and import those.');
  if (at(0, '\0\0\x01\0') || at(0, '\0\0\x02\0')) return unsupported('Icons and cursors');
  if (at(0, 'v/1\x01')) return unsupported('OpenEXR pictures');
  if (/^(\xef\xbb\xbf)?\s*<(\?xml|!--|!DOCTYPE svg|svg)/i.test(text) && /<svg[\s>]/i.test(text)) return unsupported('SVG drawings', 'Save the drawing as PNG and import that.');
  return null;
}
