// What the screens hold of the outside: the link to the studio, the machine's folders, and where pictures are.
import type { Link } from '#contract/api.ts';
import type { ValueWindow } from '#contract/picture-window.ts';
import type { FolderListing, Places } from '#contract/shell.ts';

/** `lost`: it was there and is being looked for; `refused`: another start answers, this page's token is old. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused';

/** `changed-PRESET-SEED-TURN`: as random changes show it to a network; `tile-PRESET-SEED-TURN-SIDE-PERMILLE`: a tile of it, to a network for masks; `said-MODEL`: what one gave every pixel. */
export type PictureSize = 'original' | 'thumbnail' | number | `changed-${string}` | `tile-${string}` | `said-${string}`;

/** Paths on this machine that stand for what was dropped. */
export interface Received {
  readonly paths: readonly string[];
  /** The path below the drop of a file that the studio names by its path on this machine; null = it was not dropped. */
  droppedAs(path: string): string | null;
  /** Removes copies that were made for it. */
  release(): Promise<void>;
}

export interface Shell {
  places(): Promise<Places>;
  list(path: string): Promise<FolderListing>;
  reveal(path: string): Promise<void>;
  /** Turns files of a drop or a file field into paths; a browser has to copy them first. */
  receive(files: readonly DroppedFile[], progress: (done: number, total: number) => void): Promise<Received>;
  /** The system's own folder dialog, where there is one. @returns null when the person closes it */
  readonly chooseFolder: ((title: string) => Promise<string | null>) | null;
}

/** A file with its path below what was dropped. */
export interface DroppedFile { readonly file: File; readonly path: string }

export interface Door {
  readonly link: Link;
  readonly shell: Shell;
  /** Project folder that this window was opened for; null = none in particular. */
  readonly folder: string | null;
  connection(): Connection;
  /** Tells of every change of the connection. @returns how to stop listening */
  onConnection(listener: (connection: Connection) => void): () => void;
  /** What has to be done first when the host is back, before any call that waits: it may have been started again. */
  whenBack(act: (call: Link['call']) => Promise<void>): void;
  /** @param window which of the original's own numbers go from black to white; only for `original` and a number */
  pictureUrl(projectId: string, imageId: string, size: PictureSize, window?: ValueWindow | null): string;
}
