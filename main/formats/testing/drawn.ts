// Drawn annotations and sources in memory, for the tests of formats.
import fc from 'fast-check';
import type { Geometry } from '#contract/geometry.ts';
import type { AnnotatedPicture, AnnotationSet, WrittenFile } from '../format.ts';
import type { Source } from '../source.ts';

/** A source that holds these files. */
export function memorySource(files: readonly WrittenFile[]): Source {
  const contents = new Map(files.map((file) => [file.path, 'text' in file ? Buffer.from(file.text) : file.bytes]));
  return { files: [...contents.keys()].sort(), text: async (file) => new TextDecoder().decode(contents.get(file)), bytes: async (file) => contents.get(file)! };
}

/** Names that a file and a class may have everywhere, and some that are awkward. */
const name = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/), fc.constantFrom('ant & bee', '"quoted"', "it's", '=cmd()', 'größe', '細胞', '🦠', 'a.b', 'x_train', 'שלום', '#1', '<b>', 'a, b: c', '- d', '0'));
const fileName = fc.oneof(fc.stringMatching(/^[a-z0-9_-]{1,8}$/), fc.constantFrom('two words', 'größe', '細胞', 'v1.2', "it's", 'a&b', 'labels', 'classes', 'images'));

function boxIn(width: number, height: number): fc.Arbitrary<Geometry> {
  const side = (size: number) => fc.tuple(fc.integer({ min: 0, max: size * 4 - 1 }), fc.integer({ min: 1, max: size * 4 })).filter(([a, b]) => a < b);
  // Quarters of pixels: exact in every format that writes pixels.
  return fc.tuple(side(width), side(height)).map(([[x1, x2], [y1, y2]]) => ({ shape: 'box', x1: x1 / 4, y1: y1 / 4, x2: x2 / 4, y2: y2 / 4 }));
}

/** Distinct corners, so that it has an extent both ways and does not close on itself. */
function polygonIn(width: number, height: number): fc.Arbitrary<Geometry> {
  const corner = fc.tuple(fc.integer({ min: 0, max: width }), fc.integer({ min: 0, max: height }));
  return fc.uniqueArray(corner, { minLength: 3, maxLength: 6, selector: String })
    .filter((points) => new Set(points.map(([x]) => x)).size > 1 && new Set(points.map(([, y]) => y)).size > 1)
    .map((points) => ({ shape: 'polygon', points }));
}

function maskIn(width: number, height: number): fc.Arbitrary<Geometry> {
  return fc.array(fc.boolean(), { minLength: width * height, maxLength: width * height }).filter((pixels) => pixels.includes(true)).map((pixels) => {
    const runs: number[] = [];
    let value = false;
    let length = 0;
    for (const pixel of pixels) {
      if (pixel === value) length++;
      else {
        runs.push(length);
        [value, length] = [pixel, 1];
      }
    }
    return { shape: 'mask', width, height, runs: [...runs, length] };
  });
}

export interface Kinds {
  readonly whole?: boolean;
  readonly boxes?: boolean;
  readonly polygons?: boolean;
  readonly masks?: boolean;
  /** Subject and site. */
  readonly facts?: boolean;
}

/** Annotation sets with the given kinds of marks. Every class is used nowhere, once or often; a picture may have no mark. */
export function annotationSets(kinds: Kinds): fc.Arbitrary<AnnotationSet> {
  const paths = fc.uniqueArray(fc.tuple(fc.array(fileName, { maxLength: 2 }), fileName).map(([folders, stem]) => [...folders, stem].join('/')), { maxLength: 5, selector: (path) => path.toLowerCase() });
  return fc.record({ classes: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), paths, ending: fc.constantFrom('.png', '.JPG', '.tiff') }).chain(({ classes, paths, ending }) => {
    const picture = (path: string) => fc.tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 12 })).chain(([width, height]) => {
      const shapes = [...(kinds.boxes ? [boxIn(width, height)] : []), ...(kinds.polygons ? [polygonIn(width, height)] : []), ...(kinds.masks ? [maskIn(width, height)] : [])];
      const fact = kinds.facts ? fc.option(name) : fc.constant(null);
      return fc.record<AnnotatedPicture>({
        path: fc.constant(path + ending), width: fc.constant(width), height: fc.constant(height), subject: fact, site: fact,
        partition: fc.option(fc.constantFrom('train' as const, 'validation' as const, 'test' as const)),
        marks: fc.tuple(
          kinds.whole ? fc.uniqueArray(fc.constantFrom(...classes), { maxLength: 2 }).map((names) => names.map((className) => ({ className, geometry: null }))) : fc.constant([]),
          shapes.length ? fc.array(fc.record({ className: fc.constantFrom(...classes), geometry: fc.oneof(...shapes) }), { maxLength: 3 }) : fc.constant([]),
        ).map(([whole, places]) => [...whole, ...places]),
      });
    });
    return fc.tuple(...paths.map(picture)).map((pictures) => ({ classes, pictures }));
  });
}
