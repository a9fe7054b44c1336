// Names of the files that hold a picture's annotations, in formats with one such file per picture.
import type { AnnotatedPicture } from './format.ts';
import { withoutEnding } from './path.ts';

/** For each picture its path without the ending, or the whole path where another picture differs in the ending only. */
export function uniqueStems(pictures: readonly AnnotatedPicture[]): ReadonlyMap<AnnotatedPicture, string> {
  const count = new Map<string, number>();
  for (const { path } of pictures) count.set(withoutEnding(path), (count.get(withoutEnding(path)) ?? 0) + 1);
  return new Map(pictures.map((picture) => {
    const stem = withoutEnding(picture.path);
    return [picture, count.get(stem) === 1 ? stem : picture.path];
  }));
}

/** "1 box", "3 boxes". */
export function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
