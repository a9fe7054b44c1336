// What an import needs of the database, and nothing more. main/db implements it.
import type { Geometry } from '#contract/geometry.ts';
import type { DuplicateRecord, ImageRecord, Partition } from '#contract/records.ts';

/** A picture of the project, as far as an import has to know it. */
export interface StoredPicture {
  readonly id: string;
  readonly path: string;
  readonly sha256: string;
  readonly subject: string | null;
  readonly site: string | null;
  readonly declared: Partition | null;
}

/** A class that a picture has, whole or in a place, by name: ids are the store's business. */
export interface StoredMark {
  readonly className: string;
  readonly geometry: Geometry | null;
}

/** A class to give to a picture; source `import`. */
export interface NewMark extends StoredMark {
  readonly imageId: string;
}

/** Facts that a later import tells about a picture that was there without them. Null = leave as it is. */
export interface Completion {
  readonly imageId: string;
  readonly subject: string | null;
  readonly site: string | null;
  readonly declared: Partition | null;
}

/** What is written together, or not at all. Blobs that it names are durable already. */
export interface IntakeBatch {
  /** In the order in which the pictures are to be listed. */
  readonly pictures: readonly ImageRecord[];
  readonly completions: readonly Completion[];
  /** Both pictures of a pair are in this batch's `pictures` or in the store. */
  readonly duplicates: readonly DuplicateRecord[];
  /** Of classes by name: one that is not there yet is made, after the ones that are. */
  readonly marks: readonly NewMark[];
  /** Who made the marks. */
  readonly reader: string | null;
}

export interface IntakeStore {
  /** Pictures with these very bytes, in order of import. */
  picturesWithContent(sha256: string): readonly StoredPicture[];
  /** All pictures, row by row, in order of import: read once, when an import begins. */
  fingerprints(): Iterable<{ readonly id: string; readonly path: string; readonly fingerprint: string }>;
  /** Marks of a picture, in the order in which they came. */
  marksOf(imageId: string): readonly StoredMark[];
  /** Class names, in their order. */
  classNames(): readonly string[];
  /** Makes those classes that are not there yet, in this order, after the ones that are. */
  addClasses(names: readonly string[]): void;
  /** One transaction. */
  write(batch: IntakeBatch): void;
}
