// What a host offers beside the calls: the folders of this machine, files dropped on the window, showing a file in its folder.
import { z } from 'zod';

export const FolderEntry = z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'project', 'picture', 'file']) });
export type FolderEntry = z.infer<typeof FolderEntry>;

/** One folder as a chooser shows it. */
export const FolderListing = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  separator: z.string(),
  /** Folders first, then files, both by name; hidden ones left out. */
  entries: z.array(FolderEntry),
  /** True when there was more than fits. */
  more: z.boolean(),
});
export type FolderListing = z.infer<typeof FolderListing>;

/** Where to begin: the person's folder, where new projects go, and what else is a good start. */
export const Places = z.object({ home: z.string(), projects: z.string(), others: z.array(z.object({ name: z.string(), path: z.string() })) });
export type Places = z.infer<typeof Places>;

export const ShellRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('places') }),
  z.strictObject({ type: z.literal('list'), path: z.string().min(1) }),
  /** Opens the system's file manager on the folder that holds `path`. */
  z.strictObject({ type: z.literal('reveal'), path: z.string().min(1) }),
  /** Makes an empty folder for files dropped on the window; they are removed with `release`. */
  z.strictObject({ type: z.literal('receive') }),
  z.strictObject({ type: z.literal('release'), folder: z.string().min(1) }),
]);
export type ShellRequest = z.infer<typeof ShellRequest>;
