// What an import is told, and what it tells.
import { z } from 'zod';

/** How labels, partitions, subjects and sites are read. `folder:N` counts folders below the imported path from 1. */
export const ImportOptions = z.object({
  paths: z.array(z.string().min(1)).min(1),
  /** `folder`, `none`, or a file or folder of annotations. */
  labels: z.string().default('folder'),
  /** Annotation format; none = detected. */
  format: z.string().nullable().default(null),
  /** `folder`, `none`, or a CSV file. */
  partition: z.string().default('none'),
  /** `regex:R` (first group), `csv:FILE`, `folder:N`, or `none`. */
  subject: z.string().default('none'),
  site: z.string().default('none'),
  /** Who made the labels. */
  reader: z.string().nullable().default(null),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

export const ImportReport = z.object({
  imported: z.number().int(),
  /** Already there from an earlier import. */
  known: z.number().int(),
  duplicates: z.array(z.object({ path: z.string(), of: z.string() })),
  near: z.array(z.object({ path: z.string(), of: z.string(), distance: z.number().int() })),
  rejected: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
  classes: z.array(z.string()),
  subjects: z.number().int(),
  /** Sentences about labels that named no picture, rows that conflict, and the like. */
  notes: z.array(z.string()),
});
export type ImportReport = z.infer<typeof ImportReport>;
