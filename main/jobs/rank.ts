// Ranks backbones on the labelled pictures of a project, before any training.
import { availableParallelism } from 'node:os';
import { PROTOCOL } from '#contract/jobs.ts';
import type { RankDocument } from '#contract/jobs.ts';
import { RankingRecord } from '#contract/ranking.ts';
import type { BackboneChoice, RankedBackbone, RankingOptions } from '#contract/ranking.ts';
import { jobs, report, writeReport } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import type { Platform } from '../platform.ts';
import { backboneRecords } from '../weights/index.ts';
import { outsideTest } from './outside-test.ts';
import type { JobRunner } from './runner.ts';
import { superviseUnder } from './supervised.ts';
import { chooseWeights } from './weights.ts';

/** Refuses what cannot be ranked at once. @returns id of the job */
export async function startRanking(runner: JobRunner, project: Project, { backbones, folds, seed }: RankingOptions): Promise<string> {
  const { platform } = runner;
  const data = outsideTest(project, folds, seed);
  const chosen = backbones.length > 0 ? backbones : await present(platform);
  const located = await Promise.all(chosen.map(async ({ backbone, weights }): Promise<RankDocument['backbones'][number]> => {
    const { parent, ...found } = await chooseWeights(platform, { backbone, weights, strategy: '' });
    return { backbone, weights: found.weights, preprocessing: found.preprocessing, weightsName: parent?.weights ?? 'none' };
  }));
  return runner.start(project, {
    kind: 'rank',
    lane: 'compute',
    subjectId: null,
    async work(control) {
      const found: RankedBackbone[] = [];
      const document: RankDocument = {
        kind: 'rank', protocol: PROTOCOL, jobId: control.jobId, blobs: project.blobs.folder, home: platform.home, classes: [...data.classes], threads: availableParallelism(), seed, task: project.record.task,
        images: [...data.images], folds: [...data.folds], backbones: located,
      };
      await superviseUnder(control, platform, document, (news) => {
        if (news.type === 'progress') control.progress(news);
        if (news.type === 'ranked') found.push(news.backbone);
      });
      const record: RankingRecord = {
        createdAt: new Date().toISOString(), jobId: control.jobId, dataset: data.dataset, n: data.images.length, subjects: data.subjects, folds, seed, majority: majority(data.images),
        backbones: found.sort((a, b) => (b.probe.value ?? -1) - (a.probe.value ?? -1)),
      };
      writeReport(project.db, control.jobId, record);
      return found.length < located.length ? 'stopped' : 'finished';
    },
  });
}

/** Every backbone with its own weights where they are on this machine, and the first of them with random ones, so that there is something to hold them against. */
async function present({ home, resources }: Platform): Promise<BackboneChoice[]> {
  const here = (await backboneRecords({ home, resources })).flatMap(({ id, weights }) => weights.filter((one) => one.present || one.embedded).map((one) => ({ backbone: id, weights: one.id })));
  return here[0] ? [...here, { backbone: here[0].backbone, weights: 'none' }] : [];
}

function majority(images: readonly { readonly targets: readonly number[] }[]): number {
  const counts = Map.groupBy(images, ({ targets }) => targets[0]);
  return Math.max(...[...counts.values()].map((own) => own.length)) / images.length;
}

/** The newest ranking with a result; null before the first. */
export function lastRanking({ db }: Project): RankingRecord | null {
  for (const { id, kind } of jobs(db).toReversed()) {
    const found = kind === 'rank' ? RankingRecord.safeParse(report(db, id)) : null;
    if (found?.success && found.data.backbones.length > 0) return found.data;
  }
  return null;
}
