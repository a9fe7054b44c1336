// Which of a picture's own numbers are shown from black to white, and how that stands in the address of a picture.

/** Numbers of the original, both included: `low` is shown black and `high` white, what lies outside is clipped. */
export interface ValueWindow { readonly low: number; readonly high: number }

/** Header of a picture's answer: the smallest and the largest number of an original with 16 bits, as `valuesText` writes them. */
export const VALUES_HEADER = 'x-picture-values';

/** `low-high`, as in `?window=1000-1400`. */
export const valuesText = ({ low, high }: ValueWindow): string => `${low}-${high}`;

/** @returns null when it is not two whole numbers, the second no smaller than the first */
export function readValues(text: string): ValueWindow | null {
  const [, low, high] = /^(-?\d{1,6})-(-?\d{1,6})$/.exec(text) ?? [];
  if (low === undefined || high === undefined || Number(low) > Number(high)) return null;
  return { low: Number(low), high: Number(high) };
}
