// Probabilities of classes at every pixel as bytes: coarse enough to keep, fine enough to move a threshold.

/**
 * One plane for each class, one below the other: 256ths, rounded down, 255 for all that is more. A probability reaches 1/2 where its byte is 128 and more.
 * @param probabilities [pixels, maps]; map 0 is the background and is left out
 */
export function probabilityPlanes(probabilities: Float32Array, maps: number): Uint8Array<ArrayBuffer> {
  const pixels = probabilities.length / maps, planes = new Uint8Array(pixels * (maps - 1));
  for (let c = 1; c < maps; c++) for (let i = 0; i < pixels; i++) planes[(c - 1) * pixels + i] = Math.min(255, Math.floor(probabilities[i * maps + c]! * 256));
  return planes;
}

/** The planes one by one. @param pixels of each */
export function planesOf(stacked: Uint8Array, pixels: number): Uint8Array[] {
  return Array.from({ length: Math.round(stacked.length / pixels) }, (_, c) => stacked.subarray(c * pixels, (c + 1) * pixels));
}
