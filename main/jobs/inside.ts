// A look into a model with one picture: made by a job, kept as its report.
import type { Project } from '../db/index.ts';
import { model, predictionsOf, run, writeReport } from '../db/index.ts';
import { StudioError } from '#contract/errors.ts';
import { picturesOf } from './evaluate.ts';
import { predictDocument } from './predict-document.ts';
import { jobImage } from './pictures.ts';
import type { JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';

/** Throws `refused` for a picture of the test partition on which the model has not been measured: it would be a look that nobody counts. */
export function startInside(runner: JobRunner, project: Project, modelId: string, imageId: string, stage: number): string {
  const { db } = project, stored = model(db, modelId);
  const picture = picturesOf(project, stored).find(({ id }) => id === imageId);
  if (!picture) throw new StudioError('not-found', 'inside.no-picture', { image: imageId }, 'This picture is not among those of the model. Choose one that has a class and a partition.');
  if (picture.partition === 'test' && predictionsOf(db, modelId).get(imageId)?.probabilities == null) throw new StudioError('refused', 'activation.unpredicted', { n: 1 }, 'The model has not been measured on this picture. Measure it on its partition first.');
  return runner.start(project, {
    kind: 'predict',
    lane: 'compute',
    subjectId: modelId,
    async work(control) {
      const { kind: _, ...document } = predictDocument(runner.platform, project, stored, [jobImage(picture)], control.jobId);
      const { parent, parentModel, runId } = stored.record;
      const began = parentModel?.name ?? (run(db, runId).options.strategy === 'from-scratch' ? null : parent?.weights ?? null);
      await superviseUnder(control, runner.platform, { ...document, kind: 'inside', stage, began, parentDelta: parentModel?.delta ?? null }, (news) => {
        if (news.type === 'inside') writeReport(db, control.jobId, news.record);
      });
      return control.stop.aborted ? 'stopped' : 'finished';
    },
  });
}
