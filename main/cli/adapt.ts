// `fovea adapt DIR`: a model for another site, made without the site's labels.
import { resolve } from 'node:path';
import type { AdaptationRecord, SiteDistance } from '#contract/sites.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';
import { chooseModel, openProject, runJob } from './jobs.ts';
import { duration, measure, table } from './output.ts';

export const adapt: Command = {
  name: 'adapt',
  summary: 'Adapt a model to the pictures of another site, without their labels.',
  positionals: ['DIR'],
  options: {
    model: { value: 'ID', help: 'default: the newest' },
    site: { value: 'NAME', help: 'the site whose pictures it is to suit' },
    method: { value: 'adabn|coral|shot', help: 'statistics of the norms; a new head; or training without labels. Default adabn' },
    seed: { value: 'N', help: 'default 1' },
  },
  async run(context) {
    const { link, output, positionals: [dir = ''], values } = context;
    const site = values.text('site');
    if (site === undefined) throw new UsageError('Name the site: --site NAME. fovea status DIR lists them.');
    const projectId = await openProject(link, resolve(dir));
    const modelId = await chooseModel(link, projectId, values.text('model'));
    const method = values.oneOf('method', ['adabn', 'coral', 'shot']), seed = values.number('seed');
    const { started } = await runJob(context, () => link.call('site.adapt', { projectId, options: { modelId, site, ...(method && { method }), ...(seed !== undefined && { seed }) } }));
    const record = await link.call('site.adaptation', { projectId, jobId: started.jobId });
    output.result({ ...record, sentence: record.distance && distanceSentence(site, record.distance) }, () => adaptationLines(record));
  },
};

/** What a linear rule can tell, in words. */
export function distanceSentence(site: string, { accuracy, p }: SiteDistance): string {
  return accuracy > 0.55
    ? `A linear rule can tell pictures of site ${site} from those of the others with ${Math.round(100 * accuracy)} % accuracy.`
    : `A linear rule can hardly tell pictures of site ${site} from those of the others (${Math.round(100 * accuracy)} % accuracy; two-sample test p = ${p.toPrecision(2)}).`;
}

function adaptationLines({ options: { site, method }, distance, pictures, source, target, modelId, seconds }: AdaptationRecord): string[] {
  const row = (name: string, score: AdaptationRecord['source']) => (score ? [[name, score.n, score.subjects, measure(score.before), measure(score.after)]] : []);
  return [
    ...(distance ? [distanceSentence(site, distance), `A-distance ${distance.aDistance.toFixed(2)} of 2; MMD^2 ${distance.mmd2.toFixed(4)}, p = ${distance.p.toPrecision(2)}`] : []),
    `${method} on ${pictures} pictures of site ${site}, no label used: model ${modelId} after ${duration(seconds)}`,
    ...table(['accuracy (95 % interval)', 'pictures', 'subjects', 'before', 'after'], [...row('other sites, validation', source), ...row(`site ${site}`, target)]),
    ...(target ? [] : ['No labelled picture of the site outside training tells how well it went. Label some, then measure the model.']),
    'For research use only. Not for use in diagnostic procedures.',
  ];
}
