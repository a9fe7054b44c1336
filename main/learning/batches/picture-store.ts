// Decoded pictures kept in memory that all batch workers share, so that each is decoded once and not in every epoch.

/** Plain shared memory: it can be handed to a worker as it is. */
export interface PictureStore {
  /** Pictures 0 .. capacity-1 are kept; the others are decoded again. */
  readonly capacity: number;
  readonly bytesPerPicture: number;
  readonly pixels: SharedArrayBuffer;
  /** One number per picture: 1 once its pixels are there. */
  readonly ready: SharedArrayBuffer;
}

export function pictureStore(pictures: number, bytesPerPicture: number, budget: number): PictureStore {
  const capacity = Math.min(pictures, Math.floor(budget / bytesPerPicture));
  return { capacity, bytesPerPicture, pixels: new SharedArrayBuffer(capacity * bytesPerPicture), ready: new SharedArrayBuffer(4 * capacity) };
}

/** Pixels of a picture; `make` is called when they are not there. Two workers may make the same ones at once: they write the same bytes. */
export async function kept({ capacity, bytesPerPicture, pixels, ready }: PictureStore, picture: number, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  if (picture >= capacity) return make();
  const place = new Uint8Array(pixels, picture * bytesPerPicture, bytesPerPicture);
  const flags = new Int32Array(ready);
  if (Atomics.load(flags, picture) === 1) return place;
  place.set(await make());
  Atomics.store(flags, picture, 1);
  return place;
}
