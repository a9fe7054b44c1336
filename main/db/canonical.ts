// One text for one value, so that hashes and comparisons do not hang on the order of keys.

/** JSON with the keys of every object sorted. @param value plain data as JSON knows it */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part);
}
