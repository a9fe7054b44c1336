// The format `yolo`: a text file per picture, a line per object: number of the class, then a box (centre, width, height) or the corners of a
// polygon, all as shares of the picture. https://docs.ultralytics.com/datasets/detect/
import { StudioError } from '#contract/errors.ts';
import type { Partition } from '#contract/records.ts';
import { bounds } from './bounds.ts';
import type { AnnotatedPicture, AnnotationFormat, AnnotationSet, Mark, WrittenFile } from './format.ts';
import { Gathering, partitionNamed } from './gather.ts';
import { counted, uniqueStems } from './names.ts';
import { baseName, withoutEnding } from './path.ts';
import type { PictureIndex } from './pictures.ts';
import { boxOn, polygonOn } from './shapes.ts';
import type { Source } from './source.ts';
import { namesInYaml } from './yaml-names.ts';

const isYaml = (file: string) => /\.ya?ml$/i.test(file);
const inLabels = (file: string) => /(^|\/)labels\//.test(file);
const isPartitionList = (file: string) => /^(train|val|valid|test)\.txt$/i.test(baseName(file)) && !inLabels(file);
/** A list of class names, one per line; it lies beside the labels or above them. */
const isNameList = (file: string) => /^(classes|obj|predefined_classes)\.(txt|names)$/i.test(baseName(file));
const isText = (file: string) => /\.txt$/i.test(file) && !isPartitionList(file);
/** A class and at least a box. */
const labelLine = /^\s*\d+(?:\s+[-+.\de]+){4,}\s*$/i;

export const yolo: AnnotationFormat = {
  id: 'yolo',
  title: 'YOLO (one text file per picture)',
  async detect(source) {
    for (const file of source.files.filter(isYaml)) if (namesInYaml(await source.text(file))) return true;
    for (const file of source.files.filter((one) => isText(one) && !isNameList(one)).slice(0, 5)) {
      if (labelLine.test((await source.text(file)).split(/\r?\n/, 1)[0]!)) return true;
    }
    return false;
  },
  read: readYolo,
  write: writeYolo,
};

async function readYolo(source: Source, pictures: PictureIndex) {
  const gathering = new Gathering(pictures);
  const { names, list } = await classNames(source);
  gathering.classes([...names.values()]);
  const partitionLists = source.files.filter(isPartitionList);
  for (const file of partitionLists) {
    const partition = partitionNamed(baseName(file).replace(/\.txt$/i, ''));
    for (const [index, line] of (await source.text(file)).split(/\r?\n/).entries()) {
      const where = `${file}, line ${index + 1}`, picture = line.trim() ? gathering.picture(line.trim(), where, line.trim().replace(/^(\.\/)?images\//, '')) : null;
      if (picture) gathering.state(picture, { partition }, where);
    }
  }
  for (const file of source.files.filter((one) => isText(one) && one !== list)) {
    const lines = (await source.text(file)).split(/\r?\n/);
    // Elsewhere a text file may be anything.
    if (!inLabels(file) && !lines.some((line) => labelLine.test(line))) continue;
    const stem = file.replace(/\.txt$/i, '');
    const picture = gathering.picture(stem.replace(/(^|\/)labels\//, '$1images/'), file, stem.replace(/(^|\/)labels\//, '$1'));
    if (!picture) continue;
    gathering.seen(picture);
    // Where no lists say it, the folder does: labels/train, or train/labels.
    const folder = file.split('/').slice(0, -1).map(partitionNamed).find((partition) => partition !== null);
    if (folder && !partitionLists.length) gathering.state(picture, { partition: folder }, file);
    for (const [index, line] of lines.entries()) {
      if (!line.trim()) continue;
      const where = `${file}, line ${index + 1}`;
      if (!labelLine.test(line)) {
        gathering.note({ kind: 'unreadable', where, message: 'A line needs the number of a class and at least four numbers. It was left out.' });
        continue;
      }
      const [number, ...shares] = line.trim().split(/\s+/).map(Number) as [number, ...number[]];
      const name = names.size ? names.get(number) : `class ${number}`;
      if (name === undefined) {
        gathering.note({ kind: 'unknown-class', where, message: `There is no class number ${number}: the list of names has ${names.size}. It was left out.` });
        continue;
      }
      const { geometry, problem } = shares.length === 4 ? boxOn(picture, corners(shares, picture), where) : polygonOn(picture, shares.map((share, i) => share * (i % 2 ? picture.height : picture.width)), where);
      if (problem) gathering.note(problem);
      if (geometry) gathering.mark(picture, name, geometry);
    }
  }
  return gathering.result();
}

/** From data.yaml, else from a list, which then is no label file. Empty when there is neither: classes are called by their numbers. */
async function classNames(source: Source): Promise<{ readonly names: ReadonlyMap<number, string>; readonly list: string | null }> {
  for (const file of source.files.filter(isYaml)) {
    const names = namesInYaml(await source.text(file));
    if (names) return { names, list: null };
  }
  const [list] = source.files.filter(isNameList);
  if (list === undefined) return { names: new Map(), list: null };
  const names = (await source.text(list)).split(/\r?\n/).map((line) => line.trim());
  while (names.at(-1) === '') names.pop();
  if (names.includes('')) throw new StudioError('unreadable', 'yolo.names', { file: list }, `${list} has an empty line, so the numbers of the classes are not certain. Remove it.`);
  return { names: new Map(names.entries()), list };
}

function corners(shares: readonly number[], { width, height }: { readonly width: number; readonly height: number }): readonly [number, number, number, number] {
  const [x, y, w, h] = shares as readonly [number, number, number, number];
  return [(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height];
}

const setNames = { train: 'train', validation: 'val', test: 'test' } as const satisfies Record<Partition, string>;

function writeYolo({ classes, pictures }: AnnotationSet) {
  // A picture without shapes gets no file: an empty one would say that nothing is to be seen on it.
  const shaped = pictures.filter(({ marks }) => marks.some(({ geometry }) => geometry && bounds(geometry)));
  // A label file is found by the picture's name without its ending: of two pictures that differ there only, neither could be told.
  const stems = uniqueStems(pictures);
  const written = shaped.filter((picture) => stems.get(picture) === withoutEnding(picture.path) && !/[\r\n]/.test(picture.path));
  const sets = (Object.keys(setNames) as Partition[]).map((set) => [set, written.filter(({ partition }) => partition === set)] as const).filter(([, members]) => members.length);
  const lists = sets.map(([set, members]): WrittenFile => ({ path: `${setNames[set]}.txt`, text: members.map(({ path }) => `./images/${path}\n`).join('') }));
  const where = (name: string) => `${name}: ${lists.find(({ path }) => path === `${name}.txt`)?.path ?? 'images'}`;
  const yaml = ['# Put the pictures into the folder images beside this file.', 'path: .', where('train'), where('val'), ...(sets.some(([set]) => set === 'test') ? [where('test')] : []),
    `nc: ${classes.length}`, 'names:', ...classes.map((name, index) => `  ${index}: ${JSON.stringify(name)}`), ''].join('\n');
  return {
    files: [
      { path: 'data.yaml', text: yaml }, ...lists,
      ...written.map((picture): WrittenFile => ({ path: `labels/${stems.get(picture)!}.txt`, text: picture.marks.map((mark) => lineOf(mark, picture, classes)).join('') })),
    ],
    losses: lossesOf(pictures, pictures.length - shaped.length, shaped.length - written.length),
  };
}

function lossesOf(pictures: readonly AnnotatedPicture[], empty: number, unwritten: number): readonly string[] {
  const marks = pictures.flatMap((picture) => picture.marks);
  const whole = marks.filter(({ geometry }) => geometry === null).length, masks = marks.filter(({ geometry }) => geometry?.shape === 'mask').length;
  return [
    ...(whole ? [`YOLO label files hold boxes and polygons: ${counted(whole, 'class of a whole picture is', 'classes of whole pictures are')} not in them.`] : []),
    ...(masks ? [`YOLO holds no masks: ${counted(masks, 'mask was', 'masks were')} written as the box around it.`] : []),
    ...(pictures.some(({ subject, site }) => subject !== null || site !== null) ? ['YOLO has no place for subjects and sites: they are not in it.'] : []),
    ...(empty ? [`${counted(empty, 'picture without a box, polygon or mask is', 'pictures without a box, polygon or mask are')} not in the YOLO files.`] : []),
    ...(unwritten ? [`YOLO finds labels by the name without its ending, on one line: ${counted(unwritten, 'picture', 'pictures')} could not be written. Rename them.`] : []),
  ];
}

function lineOf({ className, geometry }: Mark, { width, height }: AnnotatedPicture, classes: readonly string[]): string {
  const box = geometry && bounds(geometry);
  if (!geometry || !box) return '';
  const numbers = geometry.shape === 'polygon'
    ? geometry.points.flatMap(([x, y]) => [x / width, y / height])
    : [(box.x1 + box.x2) / 2 / width, (box.y1 + box.y2) / 2 / height, (box.x2 - box.x1) / width, (box.y2 - box.y1) / height];
  // Ten digits: a hundred-millionth of a pixel is lost at the most.
  return `${[classes.indexOf(className), ...numbers.map((n) => Number(n.toFixed(10)))].join(' ')}\n`;
}
