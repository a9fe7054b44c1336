// Wilson's score interval for a share, as a check of the bootstrap and where a bootstrap has no width.

/**
 * Interval for `hits` of `n` independent trials (Wilson 1927).
 * @param z two-sided normal quantile of the level; 1.959964 = 95 %
 */
export function wilson(hits: number, n: number, z = 1.959963984540054): { readonly low: number; readonly high: number } {
  if (!(n > 0) || hits < 0 || hits > n) throw new RangeError(`${hits} of ${n} is no share`);
  const share = hits / n, square = (z * z) / n;
  const centre = (share + square / 2) / (1 + square);
  const half = (z * Math.sqrt((share * (1 - share)) / n + square / (4 * n))) / (1 + square);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
