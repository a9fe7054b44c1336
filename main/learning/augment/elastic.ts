// Smooth bending: random displacements on a 3 x 3 grid over the picture, cubic between its nodes (Ronneberger et al. 2015).

/** Displacements of the nodes in pixels of the result, row by row. */
export interface Elastic {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Nodes per side. The outer ones lie on the edges of the picture. */
export const nodesPerSide = 3;

/** Displacement of every pixel, row by row. */
export function displacements(elastic: Elastic, [height, width]: readonly [height: number, width: number]): { readonly x: Float32Array; readonly y: Float32Array } {
  const rows = shares(height), columns = shares(width);
  const spread = (nodes: readonly number[]) => {
    const out = new Float32Array(height * width);
    for (let y = 0, pixel = 0; y < height; y++) {
      const [up, middle, down] = rows[y]!;
      const [a, b, c] = [0, 1, 2].map((column) => up * nodes[column]! + middle * nodes[nodesPerSide + column]! + down * nodes[2 * nodesPerSide + column]!) as [number, number, number]; // three in, three out
      for (let x = 0; x < width; x++, pixel++) {
        const [left, centre, right] = columns[x]!;
        out[pixel] = left * a + centre * b + right * c;
      }
    }
    return out;
  };
  return { x: spread(elastic.x), y: spread(elastic.y) };
}

/** How much each of the three nodes along a side counts at each pixel: cubic convolution (Keys 1981, a = -0.5); beyond the ends the end node continues. */
function shares(size: number): readonly (readonly [number, number, number])[] {
  const cubic = (t: number) => {
    const x = Math.abs(t);
    return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  };
  return Array.from({ length: size }, (_, i) => {
    const at = ((i + 0.5) / size) * (nodesPerSide - 1), sums: [number, number, number] = [0, 0, 0];
    for (let node = -1; node <= nodesPerSide; node++) sums[Math.min(Math.max(node, 0), nodesPerSide - 1)]! += cubic(at - node);
    return sums;
  });
}
