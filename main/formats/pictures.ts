// Finds the picture that an annotation file means: files name pictures by path, by bare name, or without their ending.
import { baseName, containedPath, withoutEnding } from './path.ts';
import type { Problem } from './format.ts';

/** A picture that annotations may belong to. */
export interface KnownPicture {
  /** Relative, with forward slashes. */
  readonly path: string;
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
}

export interface PictureIndex {
  /**
   * @param name as an annotation file writes it
   * @param where for the problem
   * @returns the picture, or why there is none
   */
  find(name: string, where: string): KnownPicture | Problem;
}

/** Tells a picture from a problem. */
export function isProblem(value: object): value is Problem {
  return 'kind' in value && 'where' in value;
}

/**
 * Looks in this order, and takes the first that finds something: the whole path; the known paths that end with it; those that end with its last
 * segment; the same three for a name given without its ending; the same three for a name with another ending. Several found at one step are ambiguous.
 */
export function indexPictures(pictures: Iterable<KnownPicture>): PictureIndex {
  const byName = new Map<string, KnownPicture[]>();
  const byStem = new Map<string, KnownPicture[]>();
  for (const picture of pictures) {
    push(byName, baseName(picture.path), picture);
    push(byStem, withoutEnding(baseName(picture.path)), picture);
  }
  const itself = (path: string) => path;
  return {
    find(name, where) {
      const path = containedPath(name);
      if (path === null) return { kind: 'unsafe-path', where, message: `${quoted(name)} leads out of the folder and was left out.` };
      const found = [...steps(byName, path, itself), ...steps(byStem, path, withoutEnding), ...steps(byStem, withoutEnding(path), withoutEnding)]
        .find((step) => step.length > 0);
      if (!found) return { kind: 'unknown-picture', where, message: `There is no picture ${quoted(name)}.` };
      if (found.length > 1) return { kind: 'ambiguous-picture', where, message: `${quoted(name)} could be ${found.slice(0, 3).map((one) => quoted(one.path)).join(' or ')}. Name it with its folder.` };
      return found[0]!;
    },
  };
}

/** Pictures whose name is the path, ends with it, or shares its last segment. */
function steps(index: ReadonlyMap<string, readonly KnownPicture[]>, path: string, nameOf: (path: string) => string): readonly (readonly KnownPicture[])[] {
  const named = index.get(baseName(path)) ?? [];
  return [named.filter((picture) => nameOf(picture.path) === path), named.filter((picture) => nameOf(picture.path).endsWith(`/${path}`)), named];
}

/** A name from a file inside a sentence: short, and on one line. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}...` : name);
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
