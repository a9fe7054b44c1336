// Proposals of masks: what a model draws on pictures, object by object, kept as the job's report until a person accepts or corrects it.
import { StudioError } from '#contract/errors.ts';
import type { JobImage } from '#contract/jobs.ts';
import type { MaskProposals } from '#contract/segmentation.ts';
import { datasetState, model, run, writeReport } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { area, components, encode, unpackLabels } from '../masks/index.ts';
import { predictDocument } from './predict-document.ts';
import type { JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';

/** Parts of fewer pixels are specks that nobody would keep. */
const leastPixels = 9;

/** Throws `refused` for a model that draws no masks, and for pictures of its test partition, at which nobody may look by the way. */
export function startMaskProposals(runner: JobRunner, project: Project, modelId: string, imageIds: readonly string[]): string {
  const { db } = project, stored = model(db, modelId), { classes } = stored.record;
  if (stored.record.head !== 'segmentation') throw new StudioError('refused', 'proposals.no-masks', { model: modelId }, 'This model says classes of whole pictures. Choose one that was trained on masks.');
  const { images, assignments } = datasetState(db, run(db, stored.record.runId).splitId), asked = new Set(imageIds);
  const pictures = images.filter(({ id }) => asked.has(id) && assignments.get(id)?.partition !== 'test').map(({ id, sha256 }): JobImage => ({ id, source: { blob: sha256 }, partition: null, targets: [], group: id }));
  if (pictures.length === 0) throw new StudioError('refused', 'proposals.test', {}, 'These pictures are in the model\'s test partition. What it says of them would help to label them, and no longer measure it.');
  return runner.start(project, {
    kind: 'predict',
    lane: 'compute',
    subjectId: modelId,
    async work(control) {
      const found: MaskProposals[] = [];
      await superviseUnder(control, runner.platform, predictDocument(runner.platform, project, stored, pictures, control.jobId), (news) => {
        if (news.type === 'progress') control.progress(news);
        if (news.type === 'masks') for (const { id, labels } of news.predictions) if (labels !== null) found.push({ imageId: id, proposals: objectsIn(labels, classes) });
      });
      writeReport(db, control.jobId, found);
      return found.length < pictures.length ? 'stopped' : 'finished';
    },
  });
}

function objectsIn(packed: string, classes: readonly string[]): MaskProposals['proposals'] {
  const { width, height, labels } = unpackLabels(packed);
  return classes.flatMap((className, c) => components(encode(labels.map((label) => Number(label === c + 1)), width, height)).filter((mask) => area(mask) >= leastPixels).map((mask) => ({ className, mask })));
}
