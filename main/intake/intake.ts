// Brings pictures into a project: found, read, hashed, stored byte for byte, and written in batches with all that is known of them.
import { resolve, sep } from 'node:path';
import { errorRecord, StudioError } from '#contract/errors.ts';
import type { ImportOptions, ImportReport } from '#contract/import.ts';
import type { JobRecord } from '#contract/records.ts';
import type { Blobs } from '../blobs/index.ts';
import type { Problem } from '../formats/index.ts';
import { openPicturePool, type PicturePool } from '../images/index.ts';
import { Arrivals, type Arrival } from './arrivals.ts';
import { factsFrom, tablesOf, type Facts, type FactSource } from './facts.ts';
import { inOrder } from './in-order.ts';
import { listFiles, type FoundFile } from './listing.ts';
import { openAnnotations, writePlacedMarks, type PlacedPicture } from './placed-marks.ts';
import type { IntakeStore } from './store.ts';

export interface IntakeContext {
  readonly store: IntakeStore;
  readonly blobs: Blobs;
  progress(progress: NonNullable<JobRecord['progress']>): void;
  /** Asked between batches. */
  stopRequested(): boolean;
  /** Told of faults of ours; the picture is listed as rejected all the same. */
  log?(message: string, error: unknown): void;
}

type Rejection = ImportReport['rejected'][number];
type Outcome = { readonly arrival: Arrival } | { readonly rejection: Rejection };

/** Pictures that are written in one transaction. */
const batchSize = 64;

/**
 * Imports files and folders. A bad file is listed with its reason and stops nothing; what was written stays when the import is stopped or fails, and importing again goes on from there.
 * @throws StudioError `not-found` for a path that is not there, `invalid` for a rule that makes no sense, `storage` when a picture cannot be kept
 */
export async function intake(options: ImportOptions, context: IntakeContext): Promise<ImportReport> {
  const { store, stopRequested } = context;
  const annotations = options.labels === 'folder' || options.labels === 'none' ? null : await openAnnotations(options.labels, options.format);
  const labelTable = annotations?.format.id === 'csv' ? options.labels : null;
  const listing = await listFiles(options.paths, new Set(tablesOf(options).map((path) => resolve(path))));
  const facts = await factsFrom(options, listing.files, labelTable);
  const files = listing.files.filter(({ file }) => annotations === null || !isAnnotation(file, options.labels, annotations.format.rasters === true));
  const arrivals = new Arrivals(store, options.reader), placed: PlacedPicture[] = [];
  const run = await takeAll(files, facts, arrivals, context, ({ path, facts: told, description: { width, height } }, imageId) => {
    if (annotations && !labelTable) placed.push({ path, imageId, width, height });
    else if (told.classNames.length === 0 && options.labels !== 'none') arrivals.notes.count('unlabelled', path);
    if (told.subject === null && options.subject !== 'none') arrivals.notes.count('noSubject', path);
  });
  const problems = annotations && !labelTable && !run.stopped ? await writePlacedMarks(annotations, placed, { store, reader: options.reader, notes: arrivals.notes, stopRequested }) : [];
  const classes = [...store.classNames()], links = listing.links;
  return {
    imported: arrivals.imported, known: arrivals.known, duplicates: arrivals.duplicates, near: arrivals.near, rejected: [...listing.rejected, ...run.rejected],
    classes, subjects: arrivals.subjects.size,
    notes: [
      ...(run.stopped ? [`Stopped after ${run.done} of ${files.length} files. Import again to go on.`] : []),
      ...(files.length === 0 ? [`There is no file to import in ${options.paths.join(', ')}.`] : []),
      ...(links > 0 ? [`${links} symbolic ${links === 1 ? 'link was' : 'links were'} not followed. Import the folders that they lead to.`] : []),
      ...(listing.masks > 0 ? [`${listing.masks} ${listing.masks === 1 ? 'file was' : 'files were'} taken for masks, since they lie in a folder named so and have the names of other pictures, and passed over. To import them as pictures, name their folder itself.`] : []),
      // Pixels of one class are told from those of none.
      ...(classes.length === 1 && options.labels !== 'none' && annotations?.format.rasters !== true ? [`There is only one class, ${JSON.stringify(classes[0])}. A network learns to tell classes apart, so it needs two or more.`] : []),
      ...facts.notes, ...problemNotes([...facts.problems, ...problems]), ...arrivals.notes.sentences(),
    ],
  };
}

/** Reads several pictures at once, decides in their order, and writes batch by batch. */
async function takeAll(files: readonly FoundFile[], facts: FactSource, arrivals: Arrivals, context: IntakeContext, taken: (arrival: Arrival, imageId: string) => void) {
  const rejected: Rejection[] = [], pool = openPicturePool(), started = performance.now();
  let done = 0, stopped = false;
  try {
    // Two more than there are workers, so that none waits while a picture is being stored.
    for await (const outcome of inOrder(files, pool.workers + 2, (file) => read(file, facts.of(file.path), context, pool, arrivals))) {
      done++;
      if ('rejection' in outcome) rejected.push(outcome.rejection);
      else taken(outcome.arrival, arrivals.take(outcome.arrival));
      if (done % batchSize > 0 && done < files.length) continue;
      context.store.write(arrivals.batch());
      context.progress({ done, total: files.length, what: 'pictures', secondsLeft: (performance.now() - started) / 1000 / done * (files.length - done) });
      stopped = done < files.length && context.stopRequested();
      if (stopped) break;
    }
  } finally {
    await pool.close();
  }
  return { done, stopped, rejected };
}

/** One file: read, decoded unless it is known, and its bytes kept before anything names them. */
async function read({ file, path }: FoundFile, facts: Facts, { blobs, log }: IntakeContext, pool: PicturePool, arrivals: Arrivals): Promise<Outcome> {
  let bytes: Uint8Array, arrival: Arrival;
  try {
    const content = await pool.read(file), { sha256, description } = content;
    arrival = { path, facts, sha256, bytes: content.bytes.length, description, fingerprint: null };
    if (arrivals.isKnown(sha256, path, facts.subject)) return { arrival };
    const inspection = await pool.inspect(content.bytes);
    ({ bytes } = inspection);
    arrival = { ...arrival, fingerprint: inspection.fingerprint };
  } catch (error) {
    if (error instanceof StudioError && error.code === 'unreadable') return { rejection: { path, code: error.key, message: error.message } };
    if (error instanceof StudioError) throw error;
    log?.(`importing ${path}`, error);
    return { rejection: { path, code: 'internal', message: errorRecord(error).message } };
  }
  await blobs.put(bytes);
  return { arrival };
}

/** A file of annotations inside the imported folder is no bad picture. */
function isAnnotation(file: string, labels: string, rasters: boolean): boolean {
  return file.startsWith(resolve(labels) + sep) && (rasters || /\.(xml|json|csv|tsv|txt|ya?ml|names)$/i.test(file));
}

function problemNotes(problems: readonly Problem[]): string[] {
  const most = 50, more = problems.length - most;
  return [...problems.slice(0, most).map(({ where, message }) => `${where}: ${message}`), ...(more > 0 ? [`... and ${more} more of this kind.`] : [])];
}
