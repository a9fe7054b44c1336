// A trained model as the start of a run: found in this project or in another one, which is only read.
import { realpath } from 'node:fs/promises';
import { StudioError } from '#contract/errors.ts';
import type { JobImage, TrainDocument } from '#contract/jobs.ts';
import type { Task } from '#contract/records.ts';
import type { ModelRecord, ParentChoice } from '#contract/runs.ts';
import { model, readProject } from '../db/index.ts';
import type { Project, StoredModel } from '../db/index.ts';
import { variants } from '../nets/index.ts';
import { backboneFacts } from '../nets/segmenters.ts';
import { picturesOf } from './evaluate.ts';
import { jobImage } from './pictures.ts';
import type { ChosenWeights } from './weights.ts';

export interface ChosenParent extends ChosenWeights {
  readonly backbone: string;
  readonly parentModel: NonNullable<TrainDocument['parent']>;
}

/**
 * What a run gets from the model that it begins with: backbone, weights and how pictures are prepared. Its tensors are to be copied into the run's project
 * (`bringWeights`), so that the new model opens when the parent's project is gone.
 * Throws `not-found` without such a project or model.
 */
export async function chooseParent(project: Project, { folder, modelId }: ParentChoice): Promise<ChosenParent> {
  const isOwn = folder === null || await realpath(folder).catch(() => folder) === project.record.folder;
  const { task } = project.record;
  if (isOwn) return take(project, modelId, task);
  const other = await readProject(folder);
  try {
    return take(other, modelId, task);
  } finally {
    other.close();
  }
}

/** @param wanted task of the run */
function take(project: Project, modelId: string, wanted: Task): ChosenParent {
  const { db, blobs, record: { folder, name, task } } = project;
  const stored = model(db, modelId);
  const { record, head, delta } = stored;
  const { parent, backbone, classes, dataset, preprocessing } = record;
  const { title } = backboneFacts(backbone);
  if (wanted !== 'segmentation' && !variants.some(({ id }) => id === backbone)) throw new StudioError('refused', 'run.parent-without-classifier', { model: record.name, network: title }, `${record.name} is a ${title}, which has no place for a classifier. Choose a U-Net on a backbone, or another model.`);
  return {
    backbone, parent, preprocessing,
    weights: { base: parent === null ? null : blobs.path(parent.sha256), baseSha256: parent?.sha256 ?? null, delta },
    deltaFile: blobs.path(delta),
    parentModel: { id: record.id, name: record.name, folder, project: name, task, classes, dataset, delta, head, images: imagesOf(project, stored) },
  };
}

/** Pictures by the files that hold them: the run's blobs are others. Those of the test partition stay outside: a meter that is read after each epoch would be a look at them. */
function imagesOf(project: Project, stored: StoredModel): JobImage[] {
  return picturesOf(project, stored).filter(({ partition }) => partition === 'train' || partition === 'validation').map((picture) => ({ ...jobImage(picture), source: { file: project.blobs.path(picture.image.sha256) } }));
}

/** As a model keeps it. */
export function parentRecord({ head: _, images: __, ...record }: NonNullable<TrainDocument['parent']>): NonNullable<ModelRecord['parentModel']> {
  return record;
}

/** Refuses what has no meaning together with a parent. */
export function requireAlone({ weights, strategy }: { readonly weights: string | null; readonly strategy: string }): void {
  if (weights !== null) throw new StudioError('invalid', 'run.parent-and-weights', { weights }, `A run begins either with a model or with weights: leave out the model, or ${weights}.`);
  if (strategy === 'from-scratch') throw new StudioError('refused', 'run.parent-from-scratch', {}, 'From scratch begins with random weights, so a model to start from has no say in it. Choose another strategy, or no model.');
}
