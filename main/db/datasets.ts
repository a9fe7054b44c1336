// Dataset versions: immutable states that runs point to, each a blob named by its hash.
import { createHash } from 'node:crypto';
import type { DatasetVersionRecord } from '#contract/records.ts';
import { annotations } from './annotations.ts';
import { classes } from './classes.ts';
import { datasetManifest } from './dataset-manifest.ts';
import type { DatasetState } from './dataset-manifest.ts';
import type { Project } from './folder.ts';
import { images } from './images.ts';
import type { Database } from './open.ts';
import { projectRow } from './project-row.ts';
import { assignmentsOf } from './splits.ts';

/** Everything that a version is made of, as it is now. */
export function datasetState(db: Database, splitId: string | null): DatasetState {
  return { task: projectRow(db).task, classes: classes(db), images: images(db), annotations: annotations(db), assignments: assignmentsOf(db, splitId) };
}

/** Hash of the state as it is now, whether or not a run has used it. */
export function datasetHash(state: DatasetState): string {
  return createHash('sha256').update(datasetManifest(state)).digest('hex');
}

/** Keeps a state for good and gives its record; the same state is kept once. */
export async function keepDataset({ db, blobs }: Project, state: DatasetState, splitId: string | null): Promise<DatasetVersionRecord> {
  const hash = await blobs.put(Buffer.from(datasetManifest(state)));
  const labelled = new Set(state.annotations.map(({ imageId }) => imageId)).size;
  db.run('INSERT INTO dataset_version (hash, created_at, images, labelled, split_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING', hash, new Date().toISOString(), state.images.length, labelled, splitId);
  const record = datasetVersions(db).find((version) => version.hash === hash);
  if (!record) throw new Error(`the dataset version ${hash} was written and is not there`);
  return record;
}

/** In the order in which they were first used. */
export function datasetVersions(db: Database): DatasetVersionRecord[] {
  return db.all('SELECT hash, created_at AS createdAt, images, labelled, split_id AS splitId FROM dataset_version ORDER BY number');
}
