// Paths inside annotation files come from strangers: they must stay inside the folder they are relative to.

/**
 * A relative path with forward slashes and without `.` segments, or null when it is absolute, leads upwards or holds what no file name may hold.
 * Back slashes count as separators: annotation tools on Windows write them.
 */
export function containedPath(text: string): string | null {
  const path = text.replaceAll('\\', '/');
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || path.includes('\0')) return null;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.length === 0 || segments.includes('..') ? null : segments.join('/');
}

/** The path without the ending of its last segment. */
export function withoutEnding(path: string): string {
  return path.replace(/(?<=[^/])\.[^./]*$/, '');
}

/** The last segment. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What comes before the last segment, with its slash; empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
