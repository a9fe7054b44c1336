// Calls that help to choose: backbones ranked before training, arms compared on the same folds, models looked at site by site.
import type { Handlers } from '#contract/api.ts';
import { AdaptationRecord } from '#contract/sites.ts';
import { model } from '../db/index.ts';
import { startAdaptation } from '../jobs/adapt.ts';
import { allComparisons, oneComparison, resumeComparison, startComparison } from '../jobs/compare.ts';
import { lastRanking, startRanking } from '../jobs/rank.ts';
import { reportOf } from '../jobs/report.ts';
import { lastSiteDistances, siteScores, startSiteMeasure } from '../jobs/sites.ts';
import type { Context } from './context.ts';

type Calls = Pick<Handlers, 'ranking.start' | 'ranking.last' | 'comparison.start' | 'comparison.resume' | 'comparison.list' | 'comparison.get' | 'site.scores' | 'site.measure' | 'site.distances' | 'site.adapt' | 'site.adaptation'>;

export function choosingCalls({ projects, runner }: Context): Calls {
  return {
    'ranking.start': async ({ projectId, options }) => ({ jobId: await startRanking(runner, projects.get(projectId), options) }),
    'ranking.last': async ({ projectId }) => lastRanking(projects.get(projectId)),
    'comparison.start': ({ projectId, options }) => startComparison(runner, projects.get(projectId), options),
    'comparison.resume': ({ projectId, comparisonId, minutes }) => resumeComparison(runner, projects.get(projectId), comparisonId, minutes),
    'comparison.list': async ({ projectId }) => allComparisons(projects.get(projectId)),
    'comparison.get': async ({ projectId, comparisonId }) => oneComparison(projects.get(projectId), comparisonId),
    'site.scores': async ({ projectId, modelId }) => siteScores(projects.get(projectId), modelId),
    'site.measure': async ({ projectId, modelId }) => ({ jobId: startSiteMeasure(runner, projects.get(projectId), modelId) }),
    'site.distances': async ({ projectId, modelId }) => {
      const project = projects.get(projectId);
      model(project.db, modelId);
      return lastSiteDistances(project, modelId);
    },
    'site.adapt': async ({ projectId, options }) => ({ jobId: startAdaptation(runner, projects.get(projectId), options) }),
    'site.adaptation': async ({ projectId, jobId }) => reportOf(projects.get(projectId), jobId, AdaptationRecord),
  };
}
