// For tests: arguments that fit each call of the table, from which wrong ones are made.
import type { Args, CallName } from '#contract/api.ts';

/** What is there to be named. Jobs by what they did. */
export interface Named {
  readonly folder: string;
  readonly pictures: string;
  readonly projectId: string;
  readonly imageId: string;
  readonly modelId: string;
  readonly runId: string;
  readonly importJob: string;
  readonly activationJob: string;
  readonly exportJob: string;
  readonly predictJob: string;
}

/** One for each name: a call that is missing does not compile. */
export function goodArguments({ folder, pictures, projectId, imageId, modelId, runId, importJob, activationJob, exportJob, predictJob }: Named): { readonly [N in CallName]: Args<N> } {
  return {
    'app.doctor': {}, 'app.version': {}, 'app.network': {}, 'app.allowNetwork': { allowed: true }, 'project.recent': {}, 'backbone.list': {}, 'strategy.list': {},
    'project.create': { folder, name: 'x', task: 'classification' }, 'project.open': { folder }, 'project.sample': { folder }, 'project.close': { projectId }, 'project.summary': { folder }, 'project.status': { projectId }, 'project.maskKind': { projectId },
    'image.import': { projectId, options: { paths: [pictures] } }, 'image.importReport': { projectId, jobId: importJob }, 'image.ids': { projectId, filter: {} }, 'image.rows': { projectId, ids: [imageId] },
    'image.changedMasks': { projectId, imageId, preset: 'none', seed: 1, side: 64, scale: 1, turns: 1 }, 'image.duplicates': { projectId }, 'image.subjects': { projectId }, 'class.list': { projectId }, 'patch.since': { projectId, sequence: 0 }, 'patch.verify': { projectId },
    'patch.apply': { projectId, patch: { id: 'p', title: 't', changes: [{ of: 'class', id: 'c', from: null, to: { id: 'c', name: 'c', color: 0, order: 0 } }] }, reader: null, origin: null },
    'split.make': { projectId, options: { seed: 1 } }, 'split.current': { projectId }, 'dataset.versions': { projectId }, 'backbone.download': { projectId, weights: 'x' }, 'backbone.measure': { projectId, backbones: ['resnet18'] },
    'run.plan': { projectId, options: {} }, 'run.measure': { projectId, options: {} }, 'run.estimate': { projectId, options: {} }, 'run.start': { projectId, options: {} }, 'run.resume': { projectId, runId }, 'run.list': { projectId }, 'run.get': { projectId, runId }, 'run.events': { projectId, runId, after: 0 },
    'ranking.start': { projectId, options: {} }, 'ranking.last': { projectId }, 'comparison.start': { projectId, options: {} }, 'comparison.resume': { projectId, comparisonId: 'x', minutes: 1 }, 'comparison.list': { projectId }, 'comparison.get': { projectId, comparisonId: 'x' },
    'site.scores': { projectId, modelId }, 'site.measure': { projectId, modelId }, 'site.distances': { projectId, modelId }, 'site.adapt': { projectId, options: { modelId, site: 'B' } }, 'site.adaptation': { projectId, jobId: importJob },
    'run.findRate': { projectId, options: {} }, 'run.rateSweep': { projectId, jobId: importJob }, 'model.parents': { projectId },
    'job.list': { projectId }, 'job.stop': { projectId, jobId: importJob }, 'job.kill': { projectId, jobId: importJob },
    'model.list': { projectId }, 'model.evaluate': { projectId, modelId, partition: 'test' }, 'model.evaluations': { projectId, modelId: null }, 'model.predictions': { projectId, modelId, partition: 'test' },
    'model.propose': { projectId, modelId }, 'model.proposals': { projectId, modelId, imageIds: [imageId] }, 'model.proposeMasks': { projectId, modelId, imageIds: [imageId] }, 'model.maskProposals': { projectId, jobId: activationJob }, 'model.maskComparisons': { projectId, modelId, imageIds: [imageId] }, 'model.maskDifferences': { projectId, modelId, others: [modelId], partition: 'validation' }, 'model.findUncertain': { projectId, modelId }, 'model.corrections': { projectId }, 'model.activate': { projectId, modelId, imageIds: [imageId] }, 'model.activations': { projectId, jobId: activationJob },
    'model.predict': { projectId, modelId, paths: ['x'] }, 'model.predictReport': { projectId, jobId: predictJob },
    'model.lookInside': { projectId, modelId, imageId, stage: 0 }, 'model.inside': { projectId, jobId: activationJob },
    'lesson.list': {}, 'lesson.start': { lesson: 'sigmoid', values: {} },
    'export.start': { projectId, format: 'csv', modelId: null, out: 'x' }, 'export.report': { projectId, jobId: exportJob },
  };
}
