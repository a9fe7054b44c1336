// Collects what a format reads, picture by picture, and notes what contradicts itself.
import type { Geometry } from '#contract/geometry.ts';
import type { Partition } from '#contract/records.ts';
import type { AnnotatedPicture, Mark, Problem, ReadAnnotations } from './format.ts';
import { isProblem, quoted } from './pictures.ts';
import type { KnownPicture, PictureIndex } from './pictures.ts';

interface Facts {
  readonly subject?: string | null;
  readonly site?: string | null;
  readonly partition?: Partition | null;
}

/** Order is that of the source: of classes as they first appear, unless named before, and of pictures likewise. */
export class Gathering {
  readonly #pictures: PictureIndex;
  readonly #classes = new Set<string>();
  readonly #found = new Map<KnownPicture, { facts: Facts; readonly marks: Mark[] }>();
  readonly #problems: Problem[] = [];

  constructor(pictures: PictureIndex) {
    this.#pictures = pictures;
  }

  /** The picture that a name means; null, with a note, where there is none or more than one. */
  picture(name: string, where: string, ...other: readonly string[]): KnownPicture | null {
    const found = this.#pictures.find(name, where, ...other);
    if (!isProblem(found)) return found;
    this.note(found);
    return null;
  }

  note(problem: Problem): void {
    this.#problems.push(problem);
  }

  /** Names classes in their order, also those that no picture has. */
  classes(names: readonly string[]): void {
    for (const name of names) this.#classes.add(name);
  }

  /** The picture was named, perhaps without any mark. */
  seen(picture: KnownPicture): void {
    if (!this.#found.has(picture)) this.#found.set(picture, { facts: {}, marks: [] });
  }

  /** Gives a picture a class, or a place in it. The same class for a whole picture counts once. */
  mark(picture: KnownPicture, className: string, geometry: Geometry | null): void {
    this.seen(picture);
    this.#classes.add(className);
    const { marks } = this.#found.get(picture)!;
    if (geometry !== null || !marks.some((mark) => mark.geometry === null && mark.className === className)) marks.push({ className, geometry });
  }

  /** States subject, site or partition. The first statement stays; another one is noted as a conflict. */
  state(picture: KnownPicture, facts: Facts, where: string): void {
    this.seen(picture);
    const entry = this.#found.get(picture)!;
    for (const key of ['subject', 'site', 'partition'] as const) {
      const known = entry.facts[key], next = facts[key];
      if (next === undefined || next === null) continue;
      if (known === undefined || known === null) entry.facts = { ...entry.facts, [key]: next };
      else if (known !== next) this.note({ kind: 'conflict', where, message: `${quoted(picture.path)} has the ${key} ${quoted(known)} before and ${quoted(next)} here. The first one was kept.` });
    }
  }

  result(): ReadAnnotations {
    const pictures = [...this.#found].map(([{ path, width, height }, { facts, marks }]): AnnotatedPicture =>
      ({ path, width, height, subject: facts.subject ?? null, site: facts.site ?? null, partition: facts.partition ?? null, marks }));
    return { classes: [...this.#classes], pictures, problems: this.#problems };
  }
}

/** The partition that a word means in the usual vocabularies, or null. */
export function partitionNamed(word: string): Partition | null {
  switch (word.trim().toLowerCase()) {
    case 'train': case 'training': return 'train';
    case 'val': case 'valid': case 'validation': case 'dev': return 'validation';
    case 'test': case 'testing': return 'test';
    default: return null;
  }
}
