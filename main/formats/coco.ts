// The format `coco`: one JSON file with pictures, categories and annotations. It holds boxes, polygons and masks; an annotation without any of
// them gives its category to the whole picture, and subject, site and partition travel as extra fields of a picture.
// https://cocodataset.org/#format-data
import { z } from 'zod';
import { assertNever, StudioError } from '#contract/errors.ts';
import type { Geometry } from '#contract/geometry.ts';
import { bounds } from './bounds.ts';
import { area as maskArea } from '../masks/index.ts';
import { maskFromCoco, maskToCoco } from './coco-mask.ts';
import type { AnnotationFormat, AnnotationSet, Mark, WrittenAnnotations } from './format.ts';
import { Gathering, partitionNamed } from './gather.ts';
import { baseName } from './path.ts';
import type { KnownPicture, PictureIndex } from './pictures.ts';
import { boxOn, polygonOn, sizeProblem } from './shapes.ts';
import type { Checked } from './shapes.ts';
import type { Source } from './source.ts';

const CocoId = z.union([z.number(), z.string()]);
const CocoFile = z.object({ images: z.array(z.unknown()), categories: z.array(z.unknown()), annotations: z.array(z.unknown()) });
const CocoImage = z.object({
  id: CocoId, file_name: z.string(), width: z.number().optional(), height: z.number().optional(),
  subject: z.string().optional(), site: z.string().optional(), partition: z.string().optional(),
});
const CocoCategory = z.object({ id: CocoId, name: z.string().min(1) });
const Runs = z.object({ counts: z.union([z.array(z.number()), z.string()]), size: z.tuple([z.number(), z.number()]) });
const CocoAnnotation = z.object({
  image_id: CocoId, category_id: CocoId, bbox: z.array(z.number()).nullish(), iscrowd: z.number().nullish(),
  segmentation: z.union([z.array(z.array(z.number())), Runs]).nullish(),
});
type CocoAnnotation = z.infer<typeof CocoAnnotation>;

export const coco: AnnotationFormat = {
  id: 'coco',
  title: 'COCO (one JSON file)',
  async detect(source) {
    const first = source.files.find(isJson);
    if (first === undefined) return false;
    const text = await source.text(first);
    return ['images', 'annotations', 'categories'].every((key) => new RegExp(`"${key}"\\s*:\\s*\\[`).test(text));
  },
  read: readCoco,
  write: writeCoco,
};

const isJson = (file: string) => /\.json$/i.test(file);

async function readCoco(source: Source, pictures: PictureIndex) {
  const gathering = new Gathering(pictures);
  for (const file of source.files.filter(isJson)) readFile(await source.text(file), file, gathering);
  return gathering.result();
}

function readFile(text: string, file: string, gathering: Gathering): void {
  const { images, categories, annotations } = parsed(text, file);
  const read = <Item>(schema: z.ZodType<Item>, items: readonly unknown[], list: string, use: (item: Item, where: string) => void) => items.forEach((item, index) => {
    const where = `${file}, ${list}[${index}]`, result = schema.safeParse(item);
    if (result.success) use(result.data, where);
    else gathering.note({ kind: 'unreadable', where, message: `It does not look like an entry of ${list}: ${z.prettifyError(result.error).split('\n')[0]}. It was left out.` });
  });

  const names = new Map<string | number, string>();
  read(CocoCategory, categories, 'categories', ({ id, name }) => names.set(id, name));
  gathering.classes([...names.values()]);
  /** Files are named after their partition: instances_train2017.json. */
  const word = /(?:^|[^a-z])(train|val|valid|validation|test)(?:[^a-z]|$)/i.exec(baseName(file))?.[1];
  const whole = word === undefined ? null : partitionNamed(word);
  const found = new Map<string | number, { readonly picture: KnownPicture | null; readonly width: number; readonly height: number }>();
  read(CocoImage, images, 'images', ({ id, file_name, width = 0, height = 0, subject = null, site = null, partition }, where) => {
    const picture = gathering.picture(file_name, where);
    found.set(id, { picture, width, height });
    if (picture) gathering.state(picture, { subject, site, partition: partition === undefined ? whole : partitionNamed(partition) }, where);
  });
  read(CocoAnnotation, annotations, 'annotations', (annotation, where) => {
    const className = names.get(annotation.category_id), image = found.get(annotation.image_id);
    if (!image) return gathering.note({ kind: 'unknown-picture', where, message: `It belongs to image_id ${annotation.image_id}, which is not among the images.` });
    if (className === undefined) return gathering.note({ kind: 'unknown-class', where, message: `category_id ${annotation.category_id} is not among the categories. It was left out.` });
    // That the picture is unknown was said where the picture was listed.
    if (!image.picture) return;
    const shapes = shapesOf(annotation, image.picture, where);
    const misfit = shapes.length ? sizeProblem(image.picture, image, where) : null;
    if (misfit) return gathering.note(misfit);
    if (!shapes.length) gathering.mark(image.picture, className, null);
    for (const { geometry, problem } of shapes) {
      if (problem) gathering.note(problem);
      if (geometry) gathering.mark(image.picture, className, geometry);
    }
  });
}

function parsed(text: string, file: string): z.infer<typeof CocoFile> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StudioError('unreadable', 'coco.json', { file }, `${file} is no readable JSON. Export it again.`, { cause: error });
  }
  const result = CocoFile.safeParse(json);
  if (!result.success) throw new StudioError('unreadable', 'coco.lists', { file }, `${file} lacks the lists images, categories and annotations that a COCO file has.`);
  return result.data;
}

/** The shapes of an annotation; none = it is about the whole picture. */
function shapesOf({ segmentation, bbox, iscrowd }: CocoAnnotation, picture: KnownPicture, where: string): readonly Checked[] {
  if (segmentation && 'counts' in segmentation) {
    const fits = segmentation.size[0] === picture.height && segmentation.size[1] === picture.width;
    const mask = fits ? maskFromCoco(segmentation.counts, segmentation.size) : null;
    if (!mask) return [{ geometry: null, problem: { kind: fits ? 'unreadable' : 'other-size', where, message: `A mask of ${segmentation.size[1]} x ${segmentation.size[0]} does not cover the picture of ${picture.width} x ${picture.height} exactly. It was left out.` } }];
    return [{ geometry: mask, problem: iscrowd ? { kind: 'changed', where, message: 'A region with many objects (iscrowd) became one mask.' } : null }];
  }
  if (segmentation?.length) {
    const polygons = segmentation.map((numbers) => polygonOn(picture, numbers, where));
    if (polygons.length === 1) return polygons;
    return [...polygons, { geometry: null, problem: { kind: 'changed', where, message: `An object of ${polygons.length} parts became ${polygons.length} polygons.` } }];
  }
  if (!bbox) return [];
  const [x, y, width, height] = bbox as [number?, number?, number?, number?];
  return [boxOn(picture, [x ?? NaN, y ?? NaN, (x ?? NaN) + (width ?? NaN), (y ?? NaN) + (height ?? NaN)], where)];
}

function writeCoco({ classes, pictures }: AnnotationSet): WrittenAnnotations {
  const file = {
    info: { description: 'Annotations written by Fovea' },
    images: pictures.map(({ path, width, height, subject, site, partition }, index) => ({
      id: index + 1, file_name: path, width, height,
      ...(subject === null ? {} : { subject }), ...(site === null ? {} : { site }), ...(partition === null ? {} : { partition }),
    })),
    categories: classes.map((name, index) => ({ id: index + 1, name })),
    annotations: pictures.flatMap(({ marks }, image) => marks.map((mark) => ({ image, mark })))
      .map(({ image, mark }, index) => ({ id: index + 1, image_id: image + 1, category_id: classes.indexOf(mark.className) + 1, ...cocoShape(mark) })),
  };
  return { files: [{ path: 'annotations.json', text: `${JSON.stringify(file, null, 1)}\n` }], losses: [] };
}

function cocoShape({ geometry }: Mark): object {
  if (!geometry) return {};
  // A mask without a pixel says that a class is not to be seen.
  const { x1, y1, x2, y2 } = bounds(geometry) ?? { x1: 0, y1: 0, x2: 0, y2: 0 };
  return { bbox: [x1, y1, x2 - x1, y2 - y1], ...area(geometry), iscrowd: 0 };
}

function area(geometry: Geometry): { readonly area: number; readonly segmentation: unknown } {
  switch (geometry.shape) {
    case 'box': return { area: (geometry.x2 - geometry.x1) * (geometry.y2 - geometry.y1), segmentation: [] };
    case 'polygon': {
      const { points } = geometry;
      const twice = points.reduce((sum, [x, y], i) => sum + points.at(i - 1)![0] * y - x * points.at(i - 1)![1], 0);
      return { area: Math.abs(twice) / 2, segmentation: [points.flat()] };
    }
    case 'mask': return { area: maskArea(geometry), segmentation: maskToCoco(geometry) };
    default: return assertNever(geometry);
  }
}
