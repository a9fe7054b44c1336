// Exports: a model for elsewhere, written and run again by a job; or the annotations, written here.
import { stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { ImageFilter } from '#contract/overview.ts';
import type { ExportFormat, ExportReport } from '#contract/api.ts';
import { StudioError } from '#contract/errors.ts';
import type { ExportDocument } from '#contract/jobs.ts';
import { classes, imageIds, imageRows, model, run, writeReport } from '../db/index.ts';
import type { Project, StoredModel } from '../db/index.ts';
import { openOutbox } from '../exports/index.ts';
import { annotationFormat, annotationSet } from '../formats/index.ts';
import type { WrittenFile } from '../formats/index.ts';
import { picturesOf } from './evaluate.ts';
import { predictDocument } from './predict-document.ts';
import { jobImage } from './pictures.ts';
import type { JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';

/** Pictures on which an exported model is run again. */
const selfTestPictures = 16;

export function startExport(runner: JobRunner, project: Project, format: ExportFormat, modelId: string | null, out: string): string {
  if (format !== 'onnx' && format !== 'timm') return startAnnotations(runner, project, format, out);
  if (modelId === null) throw new StudioError('invalid', 'export.no-model', { format }, `Name the model to export as ${format}.`);
  const stored = model(project.db, modelId);
  return runner.start(project, {
    kind: 'export',
    lane: 'compute',
    subjectId: modelId,
    async work(control) {
      let report: ExportReport | undefined;
      await superviseUnder(control, runner.platform, exportDocument(runner, project, stored, format, out, control.jobId), (news) => {
        if (news.type === 'exported') report = { files: news.files, selfTest: news.selfTest, losses: [] };
        else if (news.type === 'progress') control.progress(news);
      });
      if (!report) return 'stopped';
      writeReport(project.db, control.jobId, report);
      return 'finished';
    },
  });
}

function exportDocument({ platform }: JobRunner, project: Project, stored: StoredModel, format: 'onnx' | 'timm', out: string, jobId: string): ExportDocument {
  const { record } = stored, { options, codeVersion, splitId } = run(project.db, record.runId);
  const { kind: _, ...common } = predictDocument(platform, project, stored, picturesOf(project, stored).slice(0, selfTestPictures).map(jobImage), jobId);
  return {
    ...common,
    kind: 'export',
    format,
    out,
    card: {
      name: record.name, head: record.head, parent: record.parent, parentModel: record.parentModel, dataset: record.dataset, strategy: options.strategy, values: options.values, seed: options.seed, fold: options.fold,
      run: record.runId, split: splitId, createdAt: record.createdAt, fovea: codeVersion,
    },
  };
}

function startAnnotations(runner: JobRunner, project: Project, format: ExportFormat, out: string): string {
  const { write } = annotationFormat(format);
  if (!write) throw new StudioError('invalid', 'export.no-writer', { format }, `Fovea reads ${format} but does not write it. Choose another format.`);
  return runner.start(project, {
    kind: 'export',
    lane: 'files',
    subjectId: null,
    async work({ jobId, progress }) {
      const { db } = project;
      const { files, losses } = await write(annotationSet(classes(db), imageRows(db, imageIds(db, ImageFilter.parse({})))));
      const outbox = openOutbox();
      try {
        for (const [index, file] of files.entries()) {
          await outbox.add(await placeOf(file, files.length, out), 'text' in file ? Buffer.from(file.text) : file.bytes);
          progress({ done: index + 1, total: files.length, what: 'Writing annotations', secondsLeft: null });
        }
        const written = await outbox.publish();
        writeReport(db, jobId, { files: written, selfTest: null, losses: [...losses] } satisfies ExportReport);
      } finally {
        await outbox.discard();
      }
      return 'finished';
    },
  });
}

/** A single file takes the name that was asked for; several, or one for an existing folder, lie below it. */
async function placeOf({ path }: WrittenFile, files: number, out: string): Promise<string> {
  const isFolder = files > 1 || await stat(out).then((found) => found.isDirectory(), () => false);
  const place = isFolder ? resolve(out, path) : resolve(out);
  const inside = relative(resolve(out), place);
  if (isAbsolute(inside) || inside.split(/[\\/]/)[0] === '..') throw new StudioError('refused', 'export.outside', { path }, `The name ${path} leads out of the folder ${out}. Nothing was written for it.`);
  return place;
}
