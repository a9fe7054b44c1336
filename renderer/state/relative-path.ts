// Paths of this machine as a list shows them.

/** A file's path below the first of these folders that holds it; the path itself where none does. */
export function relativePath(path: string, folders: readonly string[]): string {
  const folder = folders.map((one) => one.replace(/[\\/]+$/, '')).find((one) => path.startsWith(one) && /^[\\/]./.test(path.slice(one.length)));
  return folder === undefined ? path : path.slice(folder.length + 1);
}
