// Writes masks as files of numbers: which are written, what stands beside them, and what of the annotations they cannot hold.
import { StudioError } from '#contract/errors.ts';
import type { Mask } from '#contract/geometry.ts';
import { eachStretch } from '#contract/masks/runs.ts';
import { area, ignoreClass, ignored, labelMap, maskClasses, maskOf, mostClasses, unite } from '../../masks/index.ts';
import { writeCsv } from '../csv.ts';
import type { AnnotatedPicture, AnnotationSet, WrittenAnnotations, WrittenFile } from '../format.ts';
import { counted, uniqueStems } from '../names.ts';
import { classTable, folderTable, objectTable } from './names.ts';
import { writeNifti } from './nifti.ts';
import { writeGreyPng, writeIndexedPng, type Colour } from './png.ts';

/** A picture with its masks, and the name of its file without an ending. */
interface Masked {
  readonly picture: AnnotatedPicture;
  readonly stem: string;
  readonly masks: readonly { readonly className: string; readonly mask: Mask }[];
}

/** One number per class, shown in the colours of a palette. */
export async function writeClasses(set: AnnotationSet): Promise<WrittenAnnotations> {
  const names = numbered(set), palette = paletteOf(names.length);
  return writeMaps(set, async (map, { picture: { width, height }, stem }) => ({ path: `${stem}.png`, bytes: await writeIndexedPng(map, width, height, palette) }));
}

export async function writeNiftiSlices(set: AnnotationSet): Promise<WrittenAnnotations> {
  return writeMaps(set, async (map, { picture: { width, height, spacing = null }, stem }) => ({ path: `${stem}.nii.gz`, bytes: await writeNifti(map, width, height, spacing) }));
}

async function writeMaps(set: AnnotationSet, write: (map: Uint8Array, masked: Masked) => Promise<WrittenFile>): Promise<WrittenAnnotations> {
  const names = numbered(set), classes = set.classes.map((name) => ({ id: name, name })), files: WrittenFile[] = [];
  let joined = 0, covered = 0, empty = 0;
  for (const masked of maskedPictures(set)) {
    const { picture: { width, height }, masks } = masked;
    const map = labelMap(masks.map(({ className, mask }) => ({ classId: className, geometry: mask })), classes, width, height);
    files.push(await write(map, masked));
    const byClass = [...Map.groupBy(masks, ({ className }) => className).values()].map((list) => list.map(({ mask }) => mask));
    joined += byClass.reduce((sum, list) => sum + list.length - 1, 0);
    covered += byClass.reduce((sum, list) => sum + area(list.reduce(unite)), 0) - map.reduce((sum, value) => sum + Number(value !== 0), 0);
    // A file of zeros reads as: nothing of the first class.
    const empties = masks.filter(({ mask }) => area(mask) === 0);
    if (empties.length > 0 && !(masks.length === 1 && empties[0]!.className === names[0])) empty += empties.length;
  }
  const table: WrittenFile = { path: classTable, text: writeCsv([['value', 'class'], ...valuesOf(set).map(([name, value]) => [String(value), name])]) };
  return { files: [table, ...files], losses: [
    ...(joined > 0 ? [`These files hold one area per class: ${counted(joined, 'object was', 'objects were')} joined to others of their class. The format masks-objects keeps them apart.`] : []),
    ...(covered > 0 ? [`Of several classes on one pixel the later one in the list was written: ${counted(covered, 'pixel', 'pixels')} of the others ${covered === 1 ? 'is' : 'are'} not in the files. The format masks-binary keeps them.`] : []),
    ...(empty > 0 ? [`That a class is not to be seen on a picture is told of the first class alone: ${counted(empty, 'statement', 'statements')} about others ${empty === 1 ? 'is' : 'are'} not in the files.`] : []),
    ...lossesOf(set),
  ] };
}

/** One number per object, and a table of the objects' classes. */
export async function writeObjects(set: AnnotationSet): Promise<WrittenAnnotations> {
  const files: WrittenFile[] = [], rows: string[][] = [];
  let covered = 0;
  for (const { picture: { width, height, path }, stem, masks } of maskedPictures(set)) {
    if (masks.length > 0xffff) throw new StudioError('refused', 'masks.too-many', { path, n: masks.length }, `${path} has ${masks.length} objects; a mask file can number 65535. Export to COCO instead.`);
    const values = new Uint16Array(width * height);
    masks.forEach(({ className, mask }, i) => {
      rows.push([stem, String(i + 1), className]);
      eachStretch(mask, (from, to) => { values.fill(i + 1, from, to); });
    });
    covered += masks.reduce((sum, { mask }) => sum + area(mask), 0) - values.reduce((sum, value) => sum + Number(value !== 0), 0);
    files.push({ path: `${stem}.png`, bytes: await writeGreyPng(values, width, height) });
  }
  const tables: WrittenFile[] = [{ path: objectTable, text: writeCsv([['mask', 'value', 'class'], ...rows]) }, { path: classTable, text: writeCsv([['value', 'class'], ...valuesOf(set).map(([name, value]) => [String(value), name])]) }];
  return { files: [...tables, ...files], losses: [
    ...(covered > 0 ? [`A pixel belongs to one object in these files: where objects overlap, the later one was written, and ${counted(covered, 'pixel', 'pixels')} of the others ${covered === 1 ? 'is' : 'are'} missing. COCO keeps them.`] : []),
    ...lossesOf(set),
  ] };
}

/** A folder per class: black, and white where it is. */
export async function writeBinary(set: AnnotationSet): Promise<WrittenAnnotations> {
  const folders = new Map(set.classes.map((name, i) => [name, `${i + 1}${/^[\w-]+$/.test(name) ? `-${name}` : ''}`])), files: WrittenFile[] = [];
  let joined = 0;
  for (const { picture: { width, height }, stem, masks } of maskedPictures(set)) {
    for (const [name, list] of Map.groupBy(masks, ({ className }) => className)) {
      const values = new Uint8Array(width * height);
      for (const { mask } of list) eachStretch(mask, (from, to) => { values.fill(255, from, to); });
      files.push({ path: `${folders.get(name)!}/${stem}.png`, bytes: await writeGreyPng(values, width, height) });
      joined += list.length - 1;
    }
  }
  const table: WrittenFile = { path: folderTable, text: writeCsv([['folder', 'class'], ...[...folders].map(([name, folder]) => [folder, name])]) };
  return { files: [table, ...files], losses: [
    ...(joined > 0 ? [`These files hold one area per class: ${counted(joined, 'object was', 'objects were')} joined to others of their class. The format masks-objects keeps them apart.`] : []),
    ...lossesOf(set),
  ] };
}

/** Classes that get a number from 1 up. @throws StudioError `refused` when they do not fit into a byte */
function numbered({ classes }: AnnotationSet): readonly string[] {
  const names = maskClasses(classes.map((name) => ({ name }))).map(({ name }) => name);
  if (names.length > mostClasses) throw new StudioError('refused', 'masks.classes', { n: names.length }, `There are ${names.length} classes; a mask file can number ${mostClasses}. Export to COCO instead.`);
  return names;
}

function valuesOf(set: AnnotationSet): readonly (readonly [name: string, value: number])[] {
  return [...numbered(set).map((name, i) => [name, i + 1] as const), ...(set.classes.includes(ignoreClass) ? [[ignoreClass, ignored] as const] : [])];
}

/** Pictures with a mask or polygon. Of those that differ by their ending only each keeps its whole name. */
function maskedPictures({ pictures }: AnnotationSet): readonly Masked[] {
  const stems = uniqueStems(pictures);
  return pictures.flatMap((picture): Masked[] => {
    const masks = picture.marks.flatMap(({ className, geometry }) => {
      const mask = maskOf(geometry, picture);
      return mask === null ? [] : [{ className, mask }];
    });
    return masks.length === 0 ? [] : [{ picture, stem: stems.get(picture)!, masks }];
  });
}

function lossesOf({ pictures }: AnnotationSet): readonly string[] {
  const marks = pictures.flatMap((picture) => picture.marks), of = (shape: string | null) => marks.filter(({ geometry }) => (geometry?.shape ?? null) === shape).length;
  const [whole, boxes, polygons] = [of(null), of('box'), of('polygon')];
  return [
    ...(whole ? [`Mask files hold pixels: ${counted(whole, 'class of a whole picture is', 'classes of whole pictures are')} not in them.`] : []),
    ...(boxes ? [`A box does not say which pixels are the object's: ${counted(boxes, 'box is', 'boxes are')} not in the files. Turn boxes into masks on Label first.`] : []),
    ...(polygons ? [`${counted(polygons, 'polygon was', 'polygons were')} written as the pixels whose centres lie inside.`] : []),
    ...(pictures.some(({ subject, site }) => subject !== null || site !== null) ? ['Mask files have no place for subjects and sites: they are not in them.'] : []),
    ...(pictures.some(({ partition }) => partition !== null) ? ['Mask files have no place for partitions: they are not in them.'] : []),
  ];
}

/** The ten class colours of the screens (--class-1 and on), over and over; black is the background, white what is ignored. */
const colours: readonly Colour[] = [[0xf0, 0xa0, 0x2c], [0xe0, 0x66, 0xab], [0x77, 0xe2, 0xca], [0x8f, 0x7c, 0xf8], [0xf4, 0xe6, 0x6a], [0xdc, 0x4d, 0x1b], [0xae, 0xef, 0xfd], [0x6c, 0xa9, 0x62], [0xfe, 0xbb, 0xa2], [0x9f, 0x75, 0x5f]];
function paletteOf(classes: number): readonly Colour[] {
  return Array.from({ length: 256 }, (_, value) => (value === 0 ? [0, 0, 0] : value <= classes ? colours[(value - 1) % colours.length]! : [255, 255, 255]));
}
