// Annotations in formats that need the pictures' sizes: read after the pictures are in, and given to those that had none.
import { StudioError } from '#contract/errors.ts';
import { annotationFormat, detectFormat, indexPictures, openSource, type AnnotationFormat, type Problem, type Source } from '../formats/index.ts';
import type { Notes } from './notes.ts';
import type { IntakeStore, NewMark } from './store.ts';

export interface AnnotationSource { readonly format: AnnotationFormat; readonly source: Source }

/** @param format its id, or null: detected. @throws StudioError when it is not known, cannot be detected or cannot be read */
export async function openAnnotations(path: string, format: string | null): Promise<AnnotationSource> {
  const source = await openSource(path);
  const found = format === null ? await detectFormat(source) : annotationFormat(format);
  if (found.read === undefined) throw new StudioError('invalid', 'annotations.write-only', { format: found.id }, `${found.title} can be written, but not read.`);
  return { format: found, source };
}

/** A file of this import and the picture that it is. */
export interface PlacedPicture { readonly path: string; readonly imageId: string; readonly width: number; readonly height: number }

const batchSize = 256;

/**
 * Writes what the source says in batches. A picture that had marks before keeps them as they are, so that a second import doubles nothing and a person's corrections stay.
 */
export async function writePlacedMarks({ format, source }: AnnotationSource, placed: readonly PlacedPicture[], { store, reader, notes, stopRequested }: { readonly store: IntakeStore; readonly reader: string | null; readonly notes: Notes; stopRequested(): boolean }): Promise<readonly Problem[]> {
  // openAnnotations has made sure that it can be read.
  const { classes, pictures, problems } = await format.read!(source, indexPictures(placed));
  store.addClasses(classes);
  const ids = new Map(placed.map(({ path, imageId }) => [path, imageId]));
  const written = new Set<string>();
  let marks: NewMark[] = [];
  const write = () => {
    if (marks.length > 0) store.write({ pictures: [], completions: [], duplicates: [], marks, reader });
    marks = [];
  };
  for (const [i, { path, marks: told }] of pictures.entries()) {
    const imageId = ids.get(path);
    if (imageId === undefined || told.length === 0) continue;
    const present = written.has(imageId) ? null : store.marksOf(imageId);
    if (present !== null && present.length > 0) {
      const same = present.length === told.length && told.every((mark) => present.some((one) => one.className === mark.className && JSON.stringify(one.geometry) === JSON.stringify(mark.geometry)));
      if (!same) notes.count('keptClass', path);
      continue;
    }
    // A second file with the same bytes: the first one's marks stand.
    if (present === null) continue;
    written.add(imageId);
    marks.push(...told.map(({ className, geometry }) => ({ imageId, className, geometry })));
    if (i % batchSize === batchSize - 1) write();
    if (stopRequested()) break;
  }
  write();
  return problems;
}
