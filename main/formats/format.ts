// What an annotation format is, and the plain form of annotations that all of them read into and write from.
import type { Geometry } from '#contract/geometry.ts';
import type { Partition } from '#contract/records.ts';
import type { PictureIndex } from './pictures.ts';
import type { Source } from './source.ts';

/** A class given to a picture (no geometry) or to a place in it. */
export interface Mark {
  readonly className: string;
  readonly geometry: Geometry | null;
}

/** A picture with what is said about it. */
export interface AnnotatedPicture {
  /** Relative, with forward slashes. */
  readonly path: string;
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
  readonly subject: string | null;
  readonly site: string | null;
  readonly partition: Partition | null;
  /** Millimetres between [rows, columns], where they are known. */
  readonly spacing?: readonly [number, number] | null;
  readonly marks: readonly Mark[];
}

export interface AnnotationSet {
  /** In the order of their numbers in formats that count classes. */
  readonly classes: readonly string[];
  readonly pictures: readonly AnnotatedPicture[];
}

export type ProblemKind =
  /** A box without width or height. */
  | 'zero-size-box'
  /** A shape that lies beside the picture. */
  | 'outside-picture'
  /** A shape that reached over the edge by more than a pixel and was cut there. */
  | 'clipped'
  /** No picture of that name is known. */
  | 'unknown-picture'
  /** Several pictures could be meant. */
  | 'ambiguous-picture'
  /** A number or name that stands for no class. */
  | 'unknown-class'
  /** A path that leads out of the folder. */
  | 'unsafe-path'
  /** Drawn on a picture of another size, e.g. before it was turned upright. */
  | 'other-size'
  /** A row, object or file that cannot be read. */
  | 'unreadable'
  /** Understood, but changed to what a project can hold. */
  | 'changed'
  /** Two statements about one picture that exclude each other. */
  | 'conflict';

/** Something that could not be taken over as it stands. Nothing else is lost by it. */
export interface Problem {
  readonly kind: ProblemKind;
  /** File, and row or object in it. */
  readonly where: string;
  /** A sentence for people. */
  readonly message: string;
}

/** What a source says. Pictures that it does not name are not listed. */
export interface ReadAnnotations extends AnnotationSet {
  readonly problems: readonly Problem[];
}

/** One file to write: relative path with forward slashes, and its text (UTF-8) or bytes. */
export type WrittenFile = { readonly path: string; readonly text: string } | { readonly path: string; readonly bytes: Uint8Array };

export interface WrittenAnnotations {
  readonly files: readonly WrittenFile[];
  /** Sentences about what this format cannot hold of these annotations; empty = it holds all. */
  readonly losses: readonly string[];
}

export interface AnnotationFormat {
  readonly id: string;
  readonly title: string;
  /** Its files look like pictures: where they lie among these, they are not taken for any. */
  readonly rasters?: true;
  /** Whether the files look like this format. Cheap: names and the first bytes. */
  detect(source: Source): Promise<boolean>;
  /** @throws StudioError `unreadable` where a file as a whole makes no sense */
  read?(source: Source, pictures: PictureIndex): Promise<ReadAnnotations>;
  write?(annotations: AnnotationSet): WrittenAnnotations | Promise<WrittenAnnotations>;
}
