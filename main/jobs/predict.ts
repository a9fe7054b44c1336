// Applies a model to files from anywhere: they are read where they lie and nothing of them is kept but what the model said.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import type { JobImage } from '#contract/jobs.ts';
import type { Partition, PredictionRecord, Task } from '#contract/records.ts';
import { model, predictionsOf, writeReport } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { argmax } from '../evaluation/index.ts';
import { picturesOf } from './evaluate.ts';
import { predictDocument } from './predict-document.ts';
import { maskPrediction } from './segmentation-predict.ts';
import type { JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';

/** Endings of files that are taken for pictures in a folder; a file that is named by itself is always tried. */
const picture = /\.(jpe?g|png|webp|bmp|gif|tiff?)$/i;

export function startPrediction(runner: JobRunner, project: Project, modelId: string, paths: readonly string[]): string {
  const stored = model(project.db, modelId);
  const { classes } = stored.record;
  return runner.start(project, {
    kind: 'predict',
    lane: 'compute',
    subjectId: modelId,
    async work(control) {
      const files = await filesBelow(paths);
      const found = new Map<string, PredictionRecord>();
      const images = files.map((file): JobImage => ({ id: file, source: { file }, partition: null, targets: [], group: file }));
      await superviseUnder(control, runner.platform, predictDocument(runner.platform, project, stored, images, control.jobId), (news) => {
        if (news.type === 'progress') control.progress(news);
        if (news.type === 'masks') for (const one of news.predictions) found.set(one.id, maskPrediction(one, classes));
        if (news.type !== 'predictions') return;
        for (const { id, probabilities, error } of news.predictions) found.set(id, { imageId: null, path: id, className: probabilities === null ? '' : said(probabilities, classes, project.record.task), probabilities: probabilities ?? [], error });
      });
      writeReport(project.db, control.jobId, files.flatMap((file) => found.get(file) ?? []));
      return found.size < files.length ? 'stopped' : 'finished';
    },
  });
}

/** The likeliest class; where a picture may have several, all that are likelier than not. */
export function said(probabilities: readonly number[], classes: readonly string[], task: Task): string {
  if (task === 'multilabel') return classes.filter((_, c) => (probabilities[c] ?? 0) >= 0.5).join(', ');
  return classes[argmax(probabilities)] ?? '';
}

/** Files as they were named, and the pictures in folders, sorted by path, each once. */
async function filesBelow(paths: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    const found = await stat(path).catch((cause: unknown) => { throw new StudioError('not-found', 'predict.no-file', { path }, `There is no file or folder ${path}.`, { cause }); });
    if (!found.isDirectory()) files.add(path);
    else for (const entry of (await readdir(path, { recursive: true, withFileTypes: true })).filter((one) => one.isFile() && picture.test(one.name)).map((one) => join(one.parentPath, one.name)).sort()) files.add(entry);
  }
  if (files.size === 0) throw new StudioError('refused', 'predict.no-picture', {}, 'There is no picture in these folders. Choose a folder with JPEG, PNG, WebP, BMP, GIF or TIFF files.');
  return [...files];
}

/** What the model was found to say of the pictures of a partition of its split, with the classes that the reference standard gives. */
export function keptPredictions(project: Project, modelId: string, partition: Partition): { prediction: PredictionRecord; reference: string | null; references: string[] }[] {
  const stored = model(project.db, modelId), { classes } = stored.record;
  const kept = predictionsOf(project.db, modelId);
  return picturesOf(project, stored).filter((one) => one.partition === partition).flatMap(({ id, image, crop, targets }) => {
    const found = kept.get(id);
    if (!found) return [];
    const probabilities = found.probabilities ?? [], references = targets.flatMap((target) => classes[target] ?? []);
    return [{
      prediction: { imageId: image.id, ...(crop && { crop }), path: image.path, className: found.probabilities ? said(probabilities, classes, project.record.task) : '', probabilities: [...probabilities], error: found.error },
      reference: references.join(', '), references,
    }];
  });
}
