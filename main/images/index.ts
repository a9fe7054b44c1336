// The room that reads pictures of any format: pixels, facts, fingerprints, thumbnails, and refusals that say what to do.
export type { Format, Picture, Picture8 } from './picture.ts';
export { maximumBytes, maximumPixels } from './picture.ts';
export { describe, type Description } from './describe.ts';
export { decode, encodeJpeg, encodePng, encodeWebp, type Pixels } from './decode.ts';
export { eightBits } from './channels.ts';
export { frame, prepare, type Framing } from './prepare.ts';
export { render, thumbnail, type Rendering } from './render.ts';
export { resize, wholeAt, type Interpolation, type Plane, type Window } from './resize.ts';
export { fingerprint, hammingDistance, nearDistance } from './fingerprint.ts';
export { NearIndex, type Match } from './near.ts';
export { openPicturePool, type PicturePool, type PoolOptions } from './pool.ts';
export { readPicture, type FileContent, type Inspection } from './tasks.ts';
