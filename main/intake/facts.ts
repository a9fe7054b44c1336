// What an import tells about a picture before it is read: class, partition, subject and site, from its path or from tables.
import { StudioError } from '#contract/errors.ts';
import type { ImportOptions } from '#contract/import.ts';
import type { Partition } from '#contract/records.ts';
import { annotationFormat, indexPictures, openSource, partitionNamed, type AnnotatedPicture, type Problem } from '../formats/index.ts';
import type { FoundFile } from './listing.ts';

export interface Facts {
  /** Classes of the whole picture. */
  readonly classNames: readonly string[];
  readonly partition: Partition | null;
  readonly subject: string | null;
  readonly site: string | null;
}

export interface FactSource {
  of(path: string): Facts;
  /** Rows of tables that could not be taken over. */
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** One picture's table row; a picture that no table names has none. */
type Table = ReadonlyMap<string, AnnotatedPicture>;
/** Reads one fact from a path; null = it tells nothing. */
type Rule = (path: string) => string | null;

/** Where `--subject` or `--site` come from, taken apart. */
type Origin = { readonly kind: 'none' } | { readonly kind: 'regex'; readonly pattern: RegExp } | { readonly kind: 'csv'; readonly file: string } | { readonly kind: 'folder'; readonly level: number };

/** @throws StudioError `invalid` for a rule that cannot be understood */
export function originOf(option: 'subject' | 'site', text: string): Origin {
  if (text === 'none') return { kind: 'none' };
  const [, kind, value = ''] = /^(regex|csv|folder):([\s\S]+)$/.exec(text) ?? [];
  if (kind === 'csv') return { kind, file: value };
  if (kind === 'folder' && /^[1-9]\d?$/.test(value)) return { kind, level: Number(value) };
  if (kind === 'regex') {
    try {
      return { kind, pattern: new RegExp(value, 'u') };
    } catch (cause) {
      throw new StudioError('invalid', 'import.regex', { option, pattern: value }, `The pattern of ${option} is no regular expression: ${value}. Write for example regex:^(P\\d+)_`, { cause });
    }
  }
  throw new StudioError('invalid', 'import.rule', { option, value: text }, `${option} must be regex:R, csv:FILE, folder:N or none, not ${text}.`);
}

/** Files that the options name, and that are therefore no pictures. */
export function tablesOf({ labels, partition, subject, site }: ImportOptions): string[] {
  const rules = [originOf('subject', subject), originOf('site', site)].flatMap((origin) => (origin.kind === 'csv' ? [origin.file] : []));
  return [...[labels, partition].filter((value) => value !== 'folder' && value !== 'none'), ...rules];
}

/**
 * @param labelTable CSV file with classes, where `labels` is one
 */
export async function factsFrom(options: ImportOptions, files: readonly FoundFile[], labelTable: string | null): Promise<FactSource> {
  const tables = new Map<string, { readonly rows: Table; readonly problems: readonly Problem[] }>();
  const partitionTable = options.partition !== 'folder' && options.partition !== 'none' ? options.partition : null;
  const subject = originOf('subject', options.subject), site = originOf('site', options.site);
  for (const file of [labelTable, partitionTable, subject.kind === 'csv' ? subject.file : null, site.kind === 'csv' ? site.file : null]) {
    if (file !== null && !tables.has(file)) tables.set(file, await readTable(file, files));
  }
  const row = (file: string | null, path: string) => (file === null ? undefined : tables.get(file)?.rows.get(path));
  const ruleOf = (origin: Origin, column: 'subject' | 'site'): Rule => {
    switch (origin.kind) {
      case 'none': return () => null;
      case 'regex': return (path) => matched(origin.pattern, path);
      case 'folder': return (path) => path.split('/').slice(0, -1)[origin.level - 1]?.trim() || null;
      case 'csv': return (path) => row(origin.file, path)?.[column] ?? null;
    }
  };
  const subjectOf = ruleOf(subject, 'subject'), siteOf = ruleOf(site, 'site');
  const taken = new Set([subject, site].flatMap((origin) => (origin.kind === 'folder' ? [origin.level - 1] : [])));
  const disguised = options.partition === 'none' && options.labels === 'folder' && looksLikePartitions(files);
  const byFolder = options.partition === 'folder' || disguised;
  return {
    problems: [...tables.values()].flatMap(({ problems }) => problems),
    notes: disguised ? ['Folders named like partitions (train, val, test) were not taken as classes; the folders below them were. To keep these partitions, import into a new project with --partition folder.'] : [],
    of(path) {
      const folders = path.split('/').slice(0, -1);
      const side = byFolder ? folders.findIndex((name) => partitionNamed(name) !== null) : -1;
      const className = folders.find((_, level) => level > side && !taken.has(level))?.trim().slice(0, 200);
      return {
        classNames: options.labels === 'folder' ? (className ? [className] : []) : classesOf(row(labelTable, path)),
        partition: partitionTable !== null ? row(partitionTable, path)?.partition ?? null : side >= 0 && options.partition === 'folder' ? partitionNamed(folders[side]!) : null,
        subject: subjectOf(path),
        site: siteOf(path),
      };
    },
  };
}

async function readTable(file: string, files: readonly FoundFile[]): Promise<{ readonly rows: Table; readonly problems: readonly Problem[] }> {
  // A table of classes needs no sizes.
  const index = indexPictures(files.map(({ path }) => ({ path, width: 0, height: 0 })));
  const { pictures, problems } = await annotationFormat('csv').read!(await openSource(file), index);
  return { rows: new Map(pictures.map((picture) => [picture.path, picture])), problems };
}

const classesOf = (picture: AnnotatedPicture | undefined) => [...new Set((picture?.marks ?? []).map(({ className }) => className.slice(0, 200)))];

/** The first group, or the whole match where there is none: in the file's name, else in its path. */
function matched(pattern: RegExp, path: string): string | null {
  const found = pattern.exec(path.slice(path.lastIndexOf('/') + 1)) ?? pattern.exec(path);
  return (found?.[1] ?? found?.[0])?.trim() || null;
}

/** Every picture lies in a folder named like a partition, with a folder of its own below. */
function looksLikePartitions(files: readonly FoundFile[]): boolean {
  const folders = files.map(({ path }) => path.split('/').slice(0, -1)).filter((levels) => levels.length > 0);
  return folders.length > 0 && folders.every(([top]) => partitionNamed(top!) !== null) && folders.some((levels) => levels.length > 1);
}
