// Decides for each picture of an import whether it is new, known or a duplicate, what else is to be written, and what the report says.
import { randomUUID } from 'node:crypto';
import type { ImportReport } from '#contract/import.ts';
import type { DuplicateRecord, ImageRecord } from '#contract/records.ts';
import { NearIndex, type Description } from '../images/index.ts';
import type { Facts } from './facts.ts';
import { Notes } from './notes.ts';
import type { Completion, IntakeBatch, IntakeStore, NewMark, StoredPicture } from './store.ts';

/** A picture that was read. `fingerprint` is null when it was known already, so that it was not decoded. */
export interface Arrival {
  readonly path: string;
  readonly facts: Facts;
  readonly sha256: string;
  readonly bytes: number;
  readonly description: Description;
  readonly fingerprint: string | null;
}

/**
 * The picture of an earlier import that a file is: the same bytes at the same path, or under the same name in another folder (one that was moved, or of which a part is
 * imported again). The same bytes otherwise are a picture of their own, bound to the first in every split:
 * two subjects may hold identical pictures, and two readers may have named a copy differently.
 */
function findKnown(twins: readonly StoredPicture[], { path, subject }: { readonly path: string; readonly subject: string | null }, isOwn: (id: string) => boolean): StoredPicture | undefined {
  const compatible = (other: string | null) => other === null || subject === null || other === subject;
  const earlier = twins.filter(({ id }) => !isOwn(id));
  return earlier.find((twin) => twin.path === path) ?? earlier.find((twin) => baseName(twin.path) === baseName(path) && compatible(twin.subject));
}

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

export class Arrivals {
  readonly notes = new Notes();
  readonly duplicates: ImportReport['duplicates'] = [];
  readonly near: ImportReport['near'] = [];
  readonly subjects = new Set<string>();
  imported = 0;
  known = 0;
  readonly #store: IntakeStore;
  readonly #reader: string | null;
  readonly #index = new NearIndex<{ readonly id: string; readonly path: string }>();
  /** Pictures that came with this import. */
  readonly #own = new Set<string>();
  #pictures: ImageRecord[] = [];
  #completions: Completion[] = [];
  #pairs: DuplicateRecord[] = [];
  #marks: NewMark[] = [];

  constructor(store: IntakeStore, reader: string | null) {
    this.#store = store;
    this.#reader = reader;
    for (const { id, path, fingerprint } of store.fingerprints()) this.#index.add(fingerprint, { id, path });
  }

  /** Whether a picture is there already, and will be whatever comes in before it is its turn: then it need not be decoded. */
  isKnown(sha256: string, path: string, subject: string | null): boolean {
    const known = this.#find(sha256, path, subject);
    return known !== undefined && (known.path === path || subject === null || known.subject === subject);
  }

  /** @returns the id of the picture that it became or already was */
  take(arrival: Arrival): string {
    const { path, sha256, facts, fingerprint } = arrival, known = this.#find(sha256, path, facts.subject);
    if (facts.subject !== null) this.subjects.add(facts.subject);
    if (known) return this.#again(known, arrival);
    if (fingerprint === null) throw new Error(`${path} was known and is not any more`);
    return this.#addNew(arrival, fingerprint);
  }

  /** What is to be written now; a new batch begins. */
  batch(): IntakeBatch {
    const batch = { pictures: this.#pictures, completions: this.#completions, duplicates: this.#pairs, marks: this.#marks, reader: this.#reader };
    [this.#pictures, this.#completions, this.#pairs, this.#marks] = [[], [], [], []];
    return batch;
  }

  /** Pictures with these bytes, written or about to be. */
  #withContent(sha256: string): readonly StoredPicture[] {
    return [...this.#store.picturesWithContent(sha256), ...this.#pictures.filter((picture) => picture.sha256 === sha256)];
  }

  #find(sha256: string, path: string, subject: string | null): StoredPicture | undefined {
    return findKnown(this.#withContent(sha256), { path, subject }, (id) => this.#own.has(id));
  }

  #addNew({ path, facts, sha256, bytes, description }: Arrival, fingerprint: string): string {
    const id = randomUUID(), { format, width, height, channels, bitDepth, frame, frames, pixelSpacing } = description;
    const [twin] = this.#withContent(sha256), near = this.#index.add(fingerprint, { id, path });
    this.#pictures.push({
      id, path, sha256, bytes, format, width, height, channels, bitDepth, frame, pixelSpacing: pixelSpacing && [...pixelSpacing], fingerprint,
      subject: facts.subject, site: facts.site, declared: facts.partition, status: 'open', excluded: false,
    });
    this.#own.add(id);
    this.imported++;
    if (frames > 1) this.notes.count('frames', path);
    for (const className of facts.classNames) this.#mark(id, className);
    if (twin) {
      this.#pairs.push({ imageId: id, ofImageId: twin.id, kind: 'exact', distance: 0 });
      this.duplicates.push({ path, of: twin.path });
      this.#compareClasses(twin, path, facts);
      return id;
    }
    for (const { item, distance } of near) {
      this.#pairs.push({ imageId: id, ofImageId: item.id, kind: 'near', distance });
      this.near.push({ path, of: item.path, distance });
    }
    return id;
  }

  /** A picture that was there before this import. */
  #again(known: StoredPicture, { path, facts }: Arrival): string {
    this.known++;
    if (known.path !== path) this.duplicates.push({ path, of: known.path });
    this.#complete(known, facts);
    const present = this.#classesOf(known.id);
    if (present.length === 0) {
      for (const className of facts.classNames) this.#mark(known.id, className);
      if (facts.classNames.length > 0) this.notes.count('labelled', path);
    } else if (facts.classNames.some((className) => !present.includes(className))) {
      this.notes.count('keptClass', path);
    }
    return known.id;
  }

  /** Fills in what was not known; what was is left as it is. */
  #complete(known: StoredPicture, facts: Facts): void {
    const fill = <Value>(now: Value | null, told: Value | null) => (now === null ? told : null);
    const completion = { imageId: known.id, subject: fill(known.subject, facts.subject), site: fill(known.site, facts.site), declared: fill(known.declared, facts.partition) };
    if (known.subject !== null && facts.subject !== null && known.subject !== facts.subject) this.notes.count('keptSubject', known.path);
    if (completion.subject === null && completion.site === null && completion.declared === null) return;
    this.#completions.push(completion);
    this.notes.count('completed', known.path);
  }

  #compareClasses(known: StoredPicture, path: string, { classNames }: Facts): void {
    const present = this.#classesOf(known.id);
    if (classNames.length === 0 || present.length === 0 || classNames.every((className) => present.includes(className))) return;
    this.notes.add(`${quoted(known.path)} (${present.join(', ')}) and ${quoted(path)} (${classNames.join(', ')}) are the same picture with different classes. Decide which is right.`);
  }

  #classesOf(id: string): string[] {
    const pending = this.#marks.filter((mark) => mark.imageId === id);
    return [...new Set([...this.#store.marksOf(id), ...pending].map(({ className }) => className))];
  }

  #mark(imageId: string, className: string): void {
    this.#marks.push({ imageId, className, geometry: null });
  }
}

/** A path inside a sentence: on one line, whatever it holds. */
function quoted(path: string): string {
  return JSON.stringify(path);
}
