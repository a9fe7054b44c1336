// One text for one value, so that hashes and comparisons do not hang on the order of keys.

/** JSON with the keys of every object sorted. @param value plain data as JSON knows it */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

// Not as a replacer: that is called for every number and text too, and takes four times as long.
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  // Run lengths of masks are long lists of numbers, which have no keys.
  if (Array.isArray(value)) return value.every((part) => typeof part === 'number') ? value : value.map(sorted);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, sorted(part)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}
