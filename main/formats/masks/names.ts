// What the numbers in mask files stand for: tables beside them, or what can be told from the numbers themselves.
import { ignoreClass, ignored } from '../../masks/index.ts';
import { readCsv } from '../csv.ts';
import type { Source } from '../source.ts';
import { baseName, folderOf, withoutEnding } from '../path.ts';

/** Columns value and class: a number stands for the same class in every file. */
export const classTable = 'classes.csv';
/** Columns mask (the file's path without its ending), value and class: every number is an object. */
export const objectTable = 'objects.csv';
/** Columns folder and class: masks of a class each lie in a folder of their own. */
export const folderTable = 'folders.csv';
/** Class of objects or pixels that no table names. */
export const nameless = 'object';

/** The classes by number, in the order of the table; null where there is no table. A plain list `classes.txt` counts from 1, or from 0 when it begins with a background. */
export async function classNumbers(source: Source): Promise<ReadonlyMap<number, string> | null> {
  const table = source.files.find((file) => baseName(file) === classTable), list = source.files.find((file) => baseName(file) === 'classes.txt');
  if (table !== undefined) {
    const rows = readCsv(await source.text(table)).slice(1);
    return new Map(rows.map(({ cells: [value = '', name = ''] }) => [value.startsWith('#') ? Number.parseInt(value.slice(1), 16) : Number(value), name.trim()] as const).filter(([value, name]) => Number.isInteger(value) && value > 0 && name !== ''));
  }
  if (list === undefined) return null;
  const names = (await source.text(list)).split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
  return new Map(names.map((name, i) => [/^_*background_*$/i.test(names[0] ?? '') ? i : i + 1, name] as const).filter(([value]) => value > 0));
}

export interface ObjectNames {
  /** In the order in which the table first names them. */
  readonly classes: readonly string[];
  /** Class by number of the objects in a file, also of those that have no pixel. */
  of(file: string): ReadonlyMap<number, string>;
}

/** Null where there is no table of objects. */
export async function objectNames(source: Source): Promise<ObjectNames | null> {
  const table = source.files.find((file) => baseName(file) === objectTable);
  if (table === undefined) return null;
  const folder = folderOf(table), files = new Map<string, Map<number, string>>(), classes = new Set<string>();
  for (const { cells: [mask = '', value = '', name = ''] } of readCsv(await source.text(table)).slice(1)) {
    if (name === '' || !/^[1-9]\d*$/.test(value)) continue;
    classes.add(name);
    const objects = files.get(folder + mask) ?? new Map<number, string>();
    files.set(folder + mask, objects.set(Number(value), name));
  }
  return { classes: [...classes], of: (file) => files.get(stemOf(file)) ?? new Map() };
}

/** Class by folder, where a table says so: files below it are masks of that class alone. */
export async function classFolders(source: Source): Promise<ReadonlyMap<string, string> | null> {
  const table = source.files.find((file) => baseName(file) === folderTable);
  if (table === undefined) return null;
  return new Map(readCsv(await source.text(table)).slice(1).map(({ cells: [folder = '', name = ''] }) => [folderOf(table) + folder, name] as const).filter(([, name]) => name !== ''));
}

/** A mask's path without its ending; `.nii.gz` is one. */
export function stemOf(file: string): string {
  return withoutEnding(file.replace(/\.gz$/i, ''));
}

/** How the numbers of files without a table are taken. */
export interface Guess {
  readonly objects: boolean;
  nameOf(value: number): string;
}

/**
 * Numbers too large for classes number objects. A single number is one class. 255 beside others marks pixels that do not count, as in PASCAL VOC.
 * @param values all numbers but 0 in all files that are read
 * @param colour whether they are colours, 0xRRGGBB
 */
export function guess(values: ReadonlySet<number>, colour: boolean): Guess {
  if (!colour && [...values].some((value) => value > ignored)) return { objects: true, nameOf: () => nameless };
  if (values.size === 1) return { objects: false, nameOf: () => nameless };
  return { objects: false, nameOf: (value) => (colour ? `#${value.toString(16).padStart(6, '0')}` : value === ignored ? ignoreClass : `class ${value}`) };
}
