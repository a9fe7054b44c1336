// Calls about models: what they are, how good they are, what they say, and taking them elsewhere.
import { resolve } from 'node:path';
import { z } from 'zod';
import { ExportReport } from '#contract/api.ts';
import type { Handlers } from '#contract/api.ts';
import { ActivationRecord, PredictionRecord } from '#contract/records.ts';
import { MaskProposals } from '#contract/segmentation.ts';
import { evaluations, model, models } from '../db/index.ts';
import { corrections } from '../jobs/corrections.ts';
import { maskComparisons, maskDifferences } from '../jobs/mask-comparisons.ts';
import { startActivations } from '../jobs/activate.ts';
import { startEvaluation } from '../jobs/evaluate.ts';
import { startExport } from '../jobs/export.ts';
import { keptPredictions, startPrediction } from '../jobs/predict.ts';
import { keptProposals, startProposals } from '../jobs/propose.ts';
import { reportOf } from '../jobs/report.ts';
import { startMaskProposals } from '../jobs/segmentation-propose.ts';
import { startUncertainty } from '../jobs/uncertainty.ts';
import type { Context } from './context.ts';
import { parentModels } from './parents.ts';

type Calls = Pick<Handlers, 'model.propose' | 'model.proposals' | 'model.proposeMasks' | 'model.maskProposals' | 'model.maskComparisons' | 'model.maskDifferences' | 'model.findUncertain' | 'model.corrections' | 'model.activate' | 'model.activations' | 'model.list' | 'model.parents' | 'model.evaluate' | 'model.evaluations' | 'model.predictions' | 'model.predict' | 'model.predictReport' | 'export.start' | 'export.report'>;

export function modelCalls({ platform, projects, runner }: Context): Calls {
  return {
    'model.list': async ({ projectId }) => models(projects.get(projectId).db),
    'model.parents': ({ projectId }) => parentModels(platform, projects.get(projectId)),
    'model.evaluate': async ({ projectId, modelId, partition }) => ({ jobId: startEvaluation(runner, projects.get(projectId), modelId, partition) }),
    'model.evaluations': async ({ projectId, modelId }) => {
      const { db } = projects.get(projectId);
      if (modelId !== null) model(db, modelId);
      return evaluations(db, modelId);
    },
    'model.predictions': async ({ projectId, modelId, partition }) => keptPredictions(projects.get(projectId), modelId, partition),
    'model.propose': async ({ projectId, modelId }) => ({ jobId: startProposals(runner, projects.get(projectId), modelId) }),
    'model.proposals': async ({ projectId, modelId, imageIds }) => keptProposals(projects.get(projectId), modelId, imageIds),
    'model.proposeMasks': async ({ projectId, modelId, imageIds }) => ({ jobId: startMaskProposals(runner, projects.get(projectId), modelId, imageIds) }),
    'model.maskProposals': async ({ projectId, jobId }) => reportOf(projects.get(projectId), jobId, z.array(MaskProposals)),
    'model.maskComparisons': ({ projectId, modelId, imageIds }) => maskComparisons(projects.get(projectId), modelId, imageIds),
    'model.maskDifferences': async ({ projectId, modelId, others, partition }) => maskDifferences(projects.get(projectId), modelId, others, partition),
    'model.findUncertain': async ({ projectId, modelId }) => ({ jobId: startUncertainty(runner, projects.get(projectId), modelId) }),
    'model.corrections': async ({ projectId }) => corrections(projects.get(projectId)),
    'model.activate': async ({ projectId, modelId, imageIds }) => ({ jobId: startActivations(runner, projects.get(projectId), modelId, imageIds) }),
    'model.activations': async ({ projectId, jobId }) => reportOf(projects.get(projectId), jobId, z.array(ActivationRecord)),
    'model.predict': async ({ projectId, modelId, paths }) => ({ jobId: startPrediction(runner, projects.get(projectId), modelId, paths.map((path) => resolve(path))) }),
    'model.predictReport': async ({ projectId, jobId }) => reportOf(projects.get(projectId), jobId, z.array(PredictionRecord)),
    'export.start': async ({ projectId, format, modelId, out }) => ({ jobId: startExport(runner, projects.get(projectId), format, modelId, resolve(out)) }),
    'export.report': async ({ projectId, jobId }) => reportOf(projects.get(projectId), jobId, ExportReport),
  };
}
