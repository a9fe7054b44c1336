// A class activation map as pixels: what speaks for the class, enlarged without steps, dark to light as tokens.css draws it.

/** The stops of --heat in tokens.css, at equal distances. */
const STOPS = [[0x1b, 0x0c, 0x41], [0x6a, 0x17, 0x6e], [0xbb, 0x37, 0x54], [0xed, 0x69, 0x25], [0xfb, 0xb6, 0x1a], [0xfc, 0xff, 0xa4]] as const;
/** How strongly the heat covers the picture where it is greatest. */
const STRONGEST = 0.85;

export interface Grid { readonly rows: number; readonly columns: number; readonly values: readonly number[] }

/** Bilinear between the centres of the places, as the network's grid lies over the picture. */
export function enlarged({ rows, columns, values }: Grid, height: number, width: number): Float64Array {
  const at = (row: number, column: number) => values[Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))] ?? 0;
  return Float64Array.from({ length: height * width }, (_, pixel) => {
    const y = ((Math.floor(pixel / width) + 0.5) / height) * rows - 0.5, x = ((pixel % width + 0.5) / width) * columns - 0.5;
    const top = Math.floor(y), left = Math.floor(x), down = y - top, right = x - left;
    return (at(top, left) * (1 - right) + at(top, left + 1) * right) * (1 - down) + (at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right) * down;
  });
}

/** RGBA bytes: what speaks against the class is clear, the greatest value of the map is the hottest. */
export function heat(grid: Grid, height: number, width: number): Uint8ClampedArray<ArrayBuffer> {
  const most = Math.max(...grid.values), pixels = new Uint8ClampedArray(height * width * 4);
  if (!(most > 0)) return pixels;
  enlarged(grid, height, width).forEach((value, pixel) => {
    const share = Math.min(1, Math.max(0, value / most)), place = share * (STOPS.length - 1), low = Math.min(STOPS.length - 2, Math.floor(place));
    for (let c = 0; c < 3; c++) pixels[pixel * 4 + c] = STOPS[low]![c]! + (place - low) * (STOPS[low + 1]![c]! - STOPS[low]![c]!);
    pixels[pixel * 4 + 3] = 255 * STRONGEST * Math.sqrt(share);
  });
  return pixels;
}
