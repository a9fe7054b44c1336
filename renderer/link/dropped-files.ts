// Reads what was dropped on the window: files and whole folders, with their paths below the drop.
import type { DroppedFile } from './door.ts';

/** True while a drag carries files from outside. */
export function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** Must be called while the drop event is being handled: its items are gone afterwards. */
export function droppedFiles(data: DataTransfer): Promise<DroppedFile[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return Promise.all(entries.map((entry) => filesOf(entry, ''))).then((lists) => lists.flat());
}

/** Name of the folder that was dropped, when it was one. */
export function droppedFolder(files: readonly DroppedFile[]): string | null {
  const tops = new Set(files.map(({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')));
  const [top] = tops;
  return tops.size === 1 && top ? top : null;
}

async function filesOf(entry: FileSystemEntry, below: string): Promise<DroppedFile[]> {
  if (entry.name.startsWith('.')) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    return [{ file, path: below + entry.name }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: DroppedFile[] = [];
  // readEntries gives at most 100 at a time and an empty list at the end
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return found;
    for (const child of some) found.push(...(await filesOf(child, `${below}${entry.name}/`)));
  }
}
