// Small grids of numbers as pixels: filters of a first layer in their colours, maps of a stage in greys.

/** RGBA of a filter. @param values row by row, channels interleaved, 0 to 255 */
export function filterPixels(values: readonly number[], channels: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray((values.length / channels) * 4);
  for (let i = 0; i < values.length / channels; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = values[i * channels + (channels === 1 ? 0 : c)]!;
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

/** RGBA of a map: 0 is black, `most` and more are white; what is below 0 answers nothing. */
export function mapPixels(values: readonly number[], most: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4);
  values.forEach((value, i) => {
    const level = most > 0 ? (255 * Math.max(0, value)) / most : 0;
    pixels.fill(level, 4 * i, 4 * i + 3);
    pixels[4 * i + 3] = 255;
  });
  return pixels;
}
