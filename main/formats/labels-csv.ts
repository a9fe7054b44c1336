// The format `csv`: one row per picture and class, with subject, site and partition where they are known.
import { StudioError } from '#contract/errors.ts';
import { readCsv, writeCsv } from './csv.ts';
import type { AnnotatedPicture, AnnotationFormat, AnnotationSet } from './format.ts';
import { Gathering, partitionNamed } from './gather.ts';
import { quoted } from './pictures.ts';
import type { PictureIndex } from './pictures.ts';
import type { Source } from './source.ts';

type Column = 'path' | 'class' | 'subject' | 'site' | 'partition';

/** Other names under which a column is found, in lower case. The first is the one that is written. */
const columnNames: Readonly<Record<Column, readonly string[]>> = {
  path: ['path', 'image', 'file', 'filename', 'file_name', 'image_path', 'image_name', 'image_id', 'picture'],
  class: ['class', 'label', 'category', 'diagnosis', 'target'],
  subject: ['subject', 'subject_id', 'patient', 'patient_id', 'patientid', 'case', 'case_id'],
  site: ['site', 'centre', 'center', 'hospital', 'institution'],
  partition: ['partition', 'split', 'set', 'subset'],
};

export const csv: AnnotationFormat = {
  id: 'csv',
  title: 'CSV table (classes of whole pictures)',
  detect: async (source) => tables(source).length === 1,
  read: readLabels,
  write: writeLabels,
};

/** A file that was named for itself may be called anything; among others, only these endings count. */
function tables({ files }: Source): readonly string[] {
  const ending = files.length === 1 ? /\.(csv|tsv|txt)$/i : /\.(csv|tsv)$/i;
  return files.filter((file) => ending.test(file));
}

/** Which cell of a row holds what. @throws StudioError when no column names the pictures */
export function findColumns(header: readonly string[], file: string): Readonly<Record<Column, number | null>> & { readonly path: number } {
  const names = header.map((cell) => cell.trim().toLowerCase());
  const find = (column: Column) => {
    const index = columnNames[column].map((name) => names.indexOf(name)).find((position) => position >= 0);
    return index ?? null;
  };
  const path = find('path');
  if (path === null) {
    throw new StudioError('unreadable', 'csv.no-path', { file, header: header.join(', ').slice(0, 200) },
      `The first line of ${file} must name the columns, and one of them must be "path". It says ${quoted(header.join(', '))}.`);
  }
  return { path, class: find('class'), subject: find('subject'), site: find('site'), partition: find('partition') };
}

async function readLabels(source: Source, pictures: PictureIndex) {
  const gathering = new Gathering(pictures);
  for (const file of tables(source)) {
    const [header, ...rows] = readCsv(await source.text(file));
    if (!header) throw new StudioError('unreadable', 'csv.empty', { file }, `${file} is empty.`);
    const columns = findColumns(header.cells, file);
    for (const { line, cells } of rows) {
      const where = `${file}, line ${line}`;
      const cell = (column: Column) => columns[column] === null ? null : (cells[columns[column]] ?? '').trim() || null;
      const path = cells[columns.path] ?? '';
      if (!path.trim()) {
        gathering.note({ kind: 'unreadable', where, message: 'The row names no picture. It was left out.' });
        continue;
      }
      const picture = gathering.picture(path, where);
      if (!picture) continue;
      const word = cell('partition'), partition = word === null ? null : partitionNamed(word);
      if (word !== null && partition === null) gathering.note({ kind: 'unreadable', where, message: `${quoted(word)} is no partition. Write train, validation or test.` });
      gathering.state(picture, { subject: cell('subject'), site: cell('site'), partition }, where);
      const className = cell('class');
      if (className !== null) gathering.mark(picture, className, null);
    }
  }
  return gathering.result();
}

/** Rows of one picture: one per class, or one without a class. */
function rowsOf({ path, subject, site, partition, marks }: AnnotatedPicture): readonly (readonly string[])[] {
  const names = new Set(marks.filter(({ geometry }) => geometry === null).map(({ className }) => className));
  return [...(names.size ? names : [''])].map((name) => [path, name, subject ?? '', site ?? '', partition ?? '']);
}

function writeLabels({ classes, pictures }: AnnotationSet) {
  const shapes = pictures.flatMap(({ marks }) => marks).filter(({ geometry }) => geometry !== null).length;
  const used = new Set(pictures.flatMap(({ marks }) => marks).filter(({ geometry }) => geometry === null).map(({ className }) => className));
  const unused = classes.filter((name) => !used.has(name));
  return {
    files: [{ path: 'labels.csv', text: writeCsv([Object.keys(columnNames), ...pictures.flatMap(rowsOf)]) }],
    losses: [
      ...(shapes ? [`A CSV table holds classes of whole pictures only: ${shapes} boxes, polygons or masks are not in it.`] : []),
      ...(unused.length ? [`Classes that no whole picture has are not in the table: ${unused.join(', ')}.`] : []),
    ],
  };
}
