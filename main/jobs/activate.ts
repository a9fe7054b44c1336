// Class activation maps of a model for pictures of the project: made by a job, kept as its report.
import { StudioError } from '#contract/errors.ts';
import type { ActivationRecord } from '#contract/records.ts';
import { model, predictionsOf, writeReport } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { argmax } from '../evaluation/index.ts';
import { picturesOf } from './evaluate.ts';
import { predictDocument } from './predict-document.ts';
import { jobImage } from './pictures.ts';
import type { JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';

/** Throws `refused` for a picture of which the model has said nothing yet: looking where it looks would be a look at what it says. */
export function startActivations(runner: JobRunner, project: Project, modelId: string, imageIds: readonly string[]): string {
  const { db } = project, stored = model(db, modelId), { classes } = stored.record;
  const known = predictionsOf(db, modelId), asked = new Set(imageIds);
  const pictures = picturesOf(project, stored).filter(({ id }) => asked.has(id) && known.get(id)?.probabilities != null);
  if (pictures.length < asked.size) throw new StudioError('refused', 'activation.unpredicted', { n: asked.size - pictures.length }, 'The model has not been measured on all of these pictures. Measure it on their partition first.');
  return runner.start(project, {
    kind: 'predict',
    lane: 'compute',
    subjectId: modelId,
    async work(control) {
      const { kind: _, ...document } = predictDocument(runner.platform, project, stored, pictures.map(jobImage), control.jobId);
      const wanted = new Map(pictures.map(({ id, targets }) => [id, new Set([argmax(known.get(id)!.probabilities!), ...targets])]));
      const found: ActivationRecord[] = [];
      await superviseUnder(control, runner.platform, { ...document, kind: 'activate' }, (news) => {
        if (news.type === 'progress') control.progress(news);
        if (news.type !== 'activations') return;
        const { rows, columns } = news;
        for (const { id, maps } of news.activations) for (const c of wanted.get(id) ?? []) found.push({ imageId: id, className: classes[c] ?? '', rows, columns, values: [...maps[c] ?? []] });
      });
      writeReport(db, control.jobId, found);
      return control.stop.aborted ? 'stopped' : 'finished';
    },
  });
}
