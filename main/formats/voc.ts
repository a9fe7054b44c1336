// The format `voc` (PASCAL VOC): an XML file with boxes per picture, lists of pictures per partition, and lists of pictures per class for whole pictures.
// http://host.robots.ox.ac.uk/pascal/VOC/voc2012/devkit_doc.pdf
// Corners are taken as they stand: what labelling tools write counts from 0, only the original challenge's files count pixels from 1.
import type { Partition } from '#contract/records.ts';
import { bounds } from './bounds.ts';
import type { AnnotatedPicture, AnnotationFormat, AnnotationSet, WrittenFile } from './format.ts';
import { Gathering, partitionNamed } from './gather.ts';
import { counted, uniqueStems } from './names.ts';
import { baseName, folderOf, withoutEnding } from './path.ts';
import type { PictureIndex } from './pictures.ts';
import { boxOn, sizeProblem } from './shapes.ts';
import type { Source } from './source.ts';
import { child, escapeXml, readXml } from './xml.ts';
import type { Element } from './xml.ts';

/** Names of lists: VOC's own, and one for pictures without a partition. */
const setNames = { train: 'train', validation: 'val', test: 'test', none: 'default' } as const;
const classList = /(?:^|\/)ImageSets\/Main\/(.+)_(?:train|val|test|trainval|default)\.txt$/i;
const partitionList = /(?:^|\/)ImageSets\/Main\/(train|val|test)\.txt$/i;

export const voc: AnnotationFormat = {
  id: 'voc',
  title: 'PASCAL VOC (one XML file per picture)',
  async detect(source) {
    if (source.files.some((file) => classList.test(file) || partitionList.test(file))) return true;
    const first = source.files.find(isXml);
    return first !== undefined && /<annotation\b/.test((await source.text(first)).slice(0, 4096));
  },
  read: readVoc,
  write: writeVoc,
};

const isXml = (file: string) => /\.xml$/i.test(file);

async function readVoc(source: Source, pictures: PictureIndex) {
  const gathering = new Gathering(pictures);
  for (const file of source.files.filter(isXml)) {
    try {
      const root = readXml(await source.text(file), file);
      if (root.name !== 'annotation') throw new Error(`${file} holds <${root.name}>, not <annotation>.`);
      readPicture(root, file, gathering);
    } catch (error) {
      // One bad file stops nothing: it is listed.
      gathering.note({ kind: 'unreadable', where: file, message: error instanceof Error ? error.message : String(error) });
    }
  }
  for (const file of source.files) {
    const partition = partitionNamed(partitionList.exec(file)?.[1] ?? ''), className = classList.exec(file)?.[1];
    if (partition === null && className === undefined) continue;
    for (const [index, line] of (await source.text(file)).split(/\r?\n/).entries()) {
      const [, name, flag] = /^\s*(.*?)(?:\s+(-?1|0))?\s*$/.exec(line) ?? [];
      if (!name || (className !== undefined && flag !== '1')) continue;
      const where = `${file}, line ${index + 1}`;
      const picture = gathering.picture(name, where);
      if (!picture) continue;
      if (partition !== null) gathering.state(picture, { partition }, where);
      else if (className !== undefined) gathering.mark(picture, className, null);
    }
  }
  return gathering.result();
}

function readPicture(root: Element, file: string, gathering: Gathering): void {
  const fileName = child(root, 'filename')?.text || withoutEnding(baseName(file));
  // Folders inside Annotations mirror those of the pictures; <folder> and <path> tell of the labeller's machine.
  const folder = folderOf(file).replace(/(^|\/)Annotations\//i, '$1');
  const picture = gathering.picture(`${folder}${baseName(fileName.replaceAll('\\', '/'))}`, file);
  if (!picture) return;
  gathering.seen(picture);
  const size = child(root, 'size'), objects = root.children.filter(({ name }) => name === 'object');
  const misfit = sizeProblem(picture, { width: numberIn(size, 'width') || 0, height: numberIn(size, 'height') || 0 }, file);
  if (misfit && objects.length) return gathering.note(misfit);
  for (const [index, object] of objects.entries()) {
    const where = `${file}, object ${index + 1}`;
    const className = child(object, 'name')?.text, box = child(object, 'bndbox');
    if (!className || !box) {
      gathering.note({ kind: 'unreadable', where, message: 'An object needs a name and a bndbox. It was left out.' });
      continue;
    }
    const { geometry, problem } = boxOn(picture, [numberIn(box, 'xmin'), numberIn(box, 'ymin'), numberIn(box, 'xmax'), numberIn(box, 'ymax')], where);
    if (problem) gathering.note(problem);
    if (geometry) gathering.mark(picture, className, geometry);
  }
}

/** NaN where there is none. */
function numberIn(element: Element | undefined, name: string): number {
  const text = element && child(element, name)?.text;
  return text ? Number(text) : NaN;
}

function writeVoc({ classes, pictures }: AnnotationSet) {
  const stems = uniqueStems(pictures.filter(({ path }) => !/[\r\n]/.test(path)));
  const listed = [...stems.keys()];
  // A picture without shapes gets no XML file: an empty one would say that nothing is to be seen on it.
  const shaped = listed.filter(({ marks }) => marks.some(({ geometry }) => geometry && bounds(geometry)));
  const files = shaped.map((picture): WrittenFile => ({ path: `Annotations/${stems.get(picture)!}.xml`, text: pictureXml(picture) }));
  const unnameable = new Set<string>();
  for (const set of [...Object.keys(setNames)] as (Partition | 'none')[]) {
    const members = listed.filter(({ partition }) => (partition ?? 'none') === set);
    if (members.length && set !== 'none') files.push({ path: `ImageSets/Main/${setNames[set]}.txt`, text: lines(members.map((picture) => stems.get(picture)!)) });
    const labelled = members.filter(({ marks }) => marks.some(({ geometry }) => geometry === null));
    for (const name of labelled.length ? classes : []) {
      const has = (picture: AnnotatedPicture) => picture.marks.some(({ className, geometry }) => geometry === null && className === name);
      if (!isFileName(name)) {
        if (labelled.some(has)) unnameable.add(name);
      } else files.push({ path: `ImageSets/Main/${name}_${setNames[set]}.txt`, text: lines(labelled.map((picture) => `${stems.get(picture)!} ${has(picture) ? ' 1' : '-1'}`)) });
    }
  }
  return { files, losses: lossesOf(pictures, pictures.length - listed.length, unnameable) };
}

function lossesOf(pictures: readonly AnnotatedPicture[], unlisted: number, unnameable: ReadonlySet<string>): readonly string[] {
  const shapes = pictures.flatMap(({ marks }) => marks).filter(({ geometry }) => geometry !== null && geometry.shape !== 'box').length;
  return [
    ...(shapes ? [`VOC holds boxes: ${counted(shapes, 'polygon or mask was', 'polygons and masks were')} written as the box around it.`] : []),
    ...(pictures.some(({ subject, site }) => subject !== null || site !== null) ? ['VOC has no place for subjects and sites: they are not in it.'] : []),
    ...(unnameable.size ? [`VOC uses class names as file names: as classes of whole pictures, ${[...unnameable].join(', ')} could not be written.`] : []),
    ...(unlisted ? [`VOC lists pictures line by line: ${counted(unlisted, 'picture', 'pictures')} with a line break in the name could not be written.`] : []),
  ];
}

/** Whether a class can be part of a file name on every system. */
function isFileName(name: string): boolean {
  return !/[\0-\x1f<>:"/\\|?*]|^\.|^\s|\s$/.test(name);
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join('');
}

function pictureXml({ path, width, height, marks }: AnnotatedPicture): string {
  const objects = marks.flatMap(({ className, geometry }) => {
    const box = geometry && bounds(geometry);
    return box ? [`	<object>
		<name>${escapeXml(className)}</name>
		<pose>Unspecified</pose>
		<truncated>0</truncated>
		<difficult>0</difficult>
		<bndbox>
			<xmin>${box.x1}</xmin>
			<ymin>${box.y1}</ymin>
			<xmax>${box.x2}</xmax>
			<ymax>${box.y2}</ymax>
		</bndbox>
	</object>
`] : [];
  });
  return `<annotation>
	<folder>${escapeXml(folderOf(path).replace(/\/$/, ''))}</folder>
	<filename>${escapeXml(baseName(path))}</filename>
	<size>
		<width>${width}</width>
		<height>${height}</height>
	</size>
	<segmented>0</segmented>
${objects.join('')}</annotation>
`;
}
