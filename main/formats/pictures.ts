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
   * @param other further names that it could go by
   * @returns the picture, or why there is none
   */
  find(name: string, where: string, ...other: readonly string[]): KnownPicture | Problem;
}

/** Tells a picture from a problem. */
export function isProblem(value: object): value is Problem {
  return 'kind' in value && 'where' in value;
}

/**
 * Looks in this order, and takes the first that finds something: the pictures whose path is the name, with or without its ending; those whose path ends
 * with it; those that share its last segment; and the same for the name with its own ending taken off. Several found at one step are ambiguous.
 */
export function indexPictures(pictures: Iterable<KnownPicture>): PictureIndex {
  const byName = new Map<string, KnownPicture[]>();
  const byStem = new Map<string, KnownPicture[]>();
  for (const picture of pictures) {
    push(byName, baseName(picture.path), picture);
    push(byStem, withoutEnding(baseName(picture.path)), picture);
  }
  /** Pictures whose path is the name, ends with it, or shares its last segment. */
  const whole = (name: string) => steps(byName.get(baseName(name)) ?? [], name, (path) => path);
  const stem = (name: string) => steps(byStem.get(baseName(name)) ?? [], name, withoutEnding);
  return {
    find(name, where, ...other) {
      const paths = [name, ...other].map(containedPath).filter((path) => path !== null);
      const [path] = paths;
      if (path === undefined) return { kind: 'unsafe-path', where, message: `${quoted(name)} leads out of the folder and was left out.` };
      const asWritten = paths.flatMap((one) => [whole(one), stem(one)]);
      const found = [...[0, 1, 2].flatMap((level) => asWritten.map((levels) => levels[level]!)), ...stem(withoutEnding(path))].find((step) => step.length > 0);
      if (!found) return { kind: 'unknown-picture', where, message: `There is no picture ${quoted(name)}.` };
      if (found.length > 1) return { kind: 'ambiguous-picture', where, message: `${quoted(name)} could be ${found.slice(0, 3).map((one) => quoted(one.path)).join(' or ')}. Name it with its folder.` };
      return found[0]!;
    },
  };
}

function steps(named: readonly KnownPicture[], name: string, nameOf: (path: string) => string): readonly (readonly KnownPicture[])[] {
  return [named.filter(({ path }) => nameOf(path) === name), named.filter(({ path }) => nameOf(path).endsWith(`/${name}`)), named];
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
