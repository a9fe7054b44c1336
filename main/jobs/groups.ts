// Which pictures belong together: those of one subject, those that are copies of each other, and all that hang together through both.
import type { DuplicateRecord, ImageRecord } from '#contract/records.ts';

/**
 * The group of each picture, by id. Its name comes from what the pictures are, not from their ids, so that the same data give the
 * same split everywhere: the subject, else content and path of its first picture.
 */
export function groupsOf(images: readonly ImageRecord[], duplicates: readonly DuplicateRecord[]): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  /** The representative of a picture's group so far; paths are halved on the way (Tarjan and van Leeuwen 1984). */
  const root = (id: string): string => {
    let at = id;
    for (let up = parents.get(at) ?? at; up !== at; up = parents.get(at) ?? at) {
      parents.set(at, parents.get(up) ?? up);
      at = up;
    }
    return at;
  };
  const join = (a: string, b: string) => void parents.set(root(a), root(b));

  const firstOf = new Map<string, string>();
  for (const { id, subject } of images) {
    if (subject === null) continue;
    const first = firstOf.get(subject);
    if (first === undefined) firstOf.set(subject, id);
    else join(id, first);
  }
  for (const { imageId, ofImageId } of duplicates) join(imageId, ofImageId);

  const names = new Map<string, string>();
  // Subjects first, so that a group that has one is called by it.
  for (const image of [...images.filter(({ subject }) => subject !== null), ...images.filter(({ subject }) => subject === null)]) {
    const key = root(image.id), name = nameOf(image), known = names.get(key);
    if (known === undefined || (name < known && known.startsWith(kindOf(image)))) names.set(key, name);
  }
  return new Map(images.map(({ id }) => [id, names.get(root(id))!]));
}

const kindOf = ({ subject }: ImageRecord) => (subject === null ? 'picture ' : 'subject ');

function nameOf(image: ImageRecord): string {
  return kindOf(image) + (image.subject ?? `${image.path} ${image.sha256}`);
}
