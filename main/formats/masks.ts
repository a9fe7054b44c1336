// The formats `masks`, `masks-objects`, `masks-binary` and `nifti`: files whose pixels say which class, which object, or whether at all; one per picture, of the same name.
import { StudioError } from '#contract/errors.ts';
import type { Mask } from '#contract/geometry.ts';
import { emptyMask } from '../masks/index.ts';
import type { AnnotationFormat } from './format.ts';
import { Gathering } from './gather.ts';
import { classFolders, classNumbers, folderTable, guess, nameless, objectNames, objectTable, stemOf } from './masks/names.ts';
import { readNifti } from './masks/nifti.ts';
import { readPng } from './masks/png.ts';
import { masksByValue } from './masks/raster.ts';
import { writeBinary, writeClasses, writeNiftiSlices, writeObjects } from './masks/writing.ts';
import { baseName } from './path.ts';
import type { KnownPicture, PictureIndex } from './pictures.ts';
import { sizeProblem } from './shapes.ts';
import type { Source } from './source.ts';

const isPngFile = (file: string) => /\.png$/i.test(file), isNiftiFile = (file: string) => /\.nii(\.gz)?$/i.test(file);
const isMaskFile = (file: string) => isPngFile(file) || isNiftiFile(file);
const isTable = (file: string) => /^(classes\.(csv|txt)|objects\.csv|folders\.csv)$/.test(baseName(file));
const hasTable = ({ files }: Source, name: string) => files.some((file) => baseName(file) === name) && files.some(isPngFile);

export const masks: AnnotationFormat = {
  id: 'masks', title: 'Masks (PNG, one number per class)', rasters: true,
  detect: async ({ files }) => files.some(isPngFile) && files.every((file) => isPngFile(file) || isTable(file)),
  read: (source, pictures) => readMasks(source, pictures, 'as it looks'),
  write: writeClasses,
};

export const masksObjects: AnnotationFormat = {
  id: 'masks-objects', title: 'Masks of objects (PNG, one number per object)', rasters: true,
  detect: async (source) => hasTable(source, objectTable),
  read: (source, pictures) => readMasks(source, pictures, 'objects'),
  write: writeObjects,
};

export const masksBinary: AnnotationFormat = {
  id: 'masks-binary', title: 'Masks of classes (PNG, black and white, a folder per class)', rasters: true,
  detect: async (source) => hasTable(source, folderTable),
  read: readBinary,
  write: writeBinary,
};

export const nifti: AnnotationFormat = {
  id: 'nifti', title: 'NIfTI label slices (one number per class)', rasters: true,
  detect: async ({ files }) => files.some(isNiftiFile) && files.every((file) => isNiftiFile(file) || isTable(file)),
  read: (source, pictures) => readMasks(source, pictures, 'as it looks'),
  write: writeNiftiSlices,
};

interface FoundMasks {
  readonly file: string;
  readonly picture: KnownPicture;
  readonly masks: ReadonlyMap<number, Mask>;
  readonly colour: boolean;
}

async function readMasks(source: Source, pictures: PictureIndex, how: 'as it looks' | 'objects') {
  const gathering = new Gathering(pictures), found: FoundMasks[] = [];
  for (const file of source.files.filter(isMaskFile)) {
    const one = await readFile(source, file, stemOf(file), gathering);
    if (one) found.push(one);
  }
  const numbers = await classNumbers(source), objects = await objectNames(source), values = new Set(found.flatMap(({ masks: list }) => [...list.keys()]));
  const guessed = guess(values, found.some(({ colour }) => colour));
  gathering.classes(numbers ? [...numbers.values()] : objects ? objects.classes : guessed.objects || how === 'objects' ? [nameless] : [...values].sort((a, b) => a - b).map(guessed.nameOf));
  const first = (numbers ? [...numbers.values()][0] : objects?.classes[0] ?? (guessed.objects ? nameless : [...values].sort((a, b) => a - b).map(guessed.nameOf)[0])) ?? nameless;
  for (const { file, picture, masks: list } of found) {
    gathering.seen(picture);
    if (objects) markObjects(list, objects.of(file), picture, gathering);
    else if (how === 'objects' || (guessed.objects && !numbers)) for (const mask of list.values()) gathering.mark(picture, nameless, mask);
    else for (const [value, mask] of list) {
      const name = numbers ? numbers.get(value) : guessed.nameOf(value);
      if (name !== undefined) gathering.mark(picture, name, mask);
      else gathering.note({ kind: 'unknown-class', where: file, message: `The number ${value} is not in the table of classes. Its pixels were left out.` });
    }
    // Someone looked, and there was nothing: that is a label too.
    if (list.size === 0 && !objects?.of(file).size) gathering.mark(picture, first, emptyMask(picture));
  }
  return gathering.result();
}

function markObjects(list: ReadonlyMap<number, Mask>, names: ReadonlyMap<number, string>, picture: KnownPicture, gathering: Gathering): void {
  for (const value of [...new Set([...names.keys(), ...list.keys()])].sort((a, b) => a - b)) gathering.mark(picture, names.get(value) ?? nameless, list.get(value) ?? emptyMask(picture));
}

async function readBinary(source: Source, pictures: PictureIndex) {
  const gathering = new Gathering(pictures), folders = await classFolders(source);
  if (folders) gathering.classes([...folders.values()]);
  for (const file of source.files.filter(isPngFile)) {
    const [folder = '', ...rest] = file.split('/'), name = folders ? folders.get(folder) : folder;
    if (rest.length === 0 || name === undefined) {
      gathering.note({ kind: 'unknown-class', where: file, message: 'The file lies in no folder of a class. It was left out.' });
      continue;
    }
    const one = await readFile(source, file, stemOf(rest.join('/')), gathering);
    if (one === null) continue;
    const [mask, ...more] = one.masks.values();
    if (more.length > 0) gathering.note({ kind: 'changed', where: file, message: `The file has ${more.length + 1} grey values; the darkest but black was taken, the others were left out. For masks of several classes choose the format masks.` });
    gathering.mark(one.picture, name, mask ?? emptyMask(one.picture));
  }
  return gathering.result();
}

/** Endings that people give to the names of masks. */
const suffix = /[ _-](mask|masks|seg|segmentation|label|labels|gt)$/i;

/** The picture that a file belongs to and what is in it; null, with a note, where there is no such picture or it cannot be read. */
async function readFile(source: Source, file: string, stem: string, gathering: Gathering): Promise<FoundMasks | null> {
  const picture = gathering.picture(stem, file, ...(suffix.test(stem) ? [stem.replace(suffix, '')] : []));
  if (!picture) return null;
  try {
    const raster = await (isNiftiFile(file) ? readNifti : readPng)(await source.bytes(file));
    const misfit = sizeProblem(picture, raster, file);
    if (misfit) gathering.note(misfit);
    return misfit ? null : { file, picture, masks: masksByValue(raster), colour: raster.kind === 'colour' };
  } catch (error) {
    if (error instanceof StudioError) throw error;
    // One bad file stops nothing: it is listed.
    gathering.note({ kind: 'unreadable', where: file, message: error instanceof Error ? error.message : String(error) });
    return null;
  }
}
