// A patch is a change of project data as a value: drawn as a preview, saved, broadcast, undone and audited as one thing.
import { z } from 'zod';
import { AnnotationRecord, ClassRecord, Id, ImageRecord } from './records.ts';
import { MaskKind } from './words.ts';

/** What of a picture a person can change. */
export const ImageEdit = ImageRecord.pick({ subject: true, site: true, status: true, excluded: true });
export type ImageEdit = z.infer<typeof ImageEdit>;

/** What of a project as a whole a person can change. Null = as the imported masks look. */
export const ProjectEdit = z.object({ maskKind: MaskKind.nullable() });
export type ProjectEdit = z.infer<typeof ProjectEdit>;

/** One row before and after; null = not there. Pictures and the project are neither added nor removed by patches, only edited. */
export const Change = z.discriminatedUnion('of', [
  z.object({ of: z.literal('project'), id: Id, from: ProjectEdit, to: ProjectEdit }),
  z.object({ of: z.literal('image'), id: Id, from: ImageEdit, to: ImageEdit }),
  z.object({ of: z.literal('class'), id: Id, from: ClassRecord.nullable(), to: ClassRecord.nullable() }),
  z.object({ of: z.literal('annotation'), id: Id, from: AnnotationRecord.nullable(), to: AnnotationRecord.nullable() }),
]);
export type Change = z.infer<typeof Change>;

export const Patch = z.object({
  id: Id,
  /** What a person did, in words that fit "Undo ...": `34 pictures set to benign`. */
  title: z.string().max(200),
  changes: z.array(Change).min(1).max(50_000),
});
export type Patch = z.infer<typeof Patch>;

/** The patch that takes `patch` back: rows swapped, in reverse order. */
export function inverse(patch: Patch, id: string): Patch {
  const changes = patch.changes.map((change): Change => ({ ...change, from: change.to, to: change.from }) as Change).reverse();
  return { id, title: patch.title, changes };
}
