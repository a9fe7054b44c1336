// Probabilities as bytes: 256ths, rounded down, 255 for all that is more.

/** The least byte that reaches a threshold: of one half 128. @param threshold in 0..1 */
export function byteReaching(threshold: number): number {
  return Math.min(255, Math.ceil(threshold * 256 - 1e-9)); // 0.55 * 256 may come out above what it is
}
