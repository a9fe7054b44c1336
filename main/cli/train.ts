// `fovea train DIR`: one run of a strategy, or the rest of one that was cut off.
import { resolve } from 'node:path';
import { existsSync } from 'node:fs';
import type { RunEventBody } from '#contract/run-events.ts';
import type { Args } from '#contract/api.ts';
import { UsageError } from './command.ts';
import type { Command, Values } from './command.ts';
import { openProject, runJob } from './jobs.ts';
import { duration, share } from './output.ts';
import type { Output } from './output.ts';

/** What a run is started with. */
export const startOptions: Command['options'] = {
  backbone: { value: 'ID', help: 'see fovea backbones; default tf_efficientnet_lite0' },
  weights: { value: 'ID|FILE|none', help: 'weights of the backbone; default its first in the catalogue' },
  parent: { value: 'MODEL|DIR#MODEL', help: 'begin with a trained model of this or another project' },
  strategy: { value: 'ID', help: 'see fovea strategies; default lp-ft' },
  set: { value: 'key=value', multiple: true, help: 'a parameter of the strategy' },
  crops: { value: 'MARGIN', help: 'learn from boxes, polygons and masks, each cut out with this share of its longer side around it, as .1' },
  engine: { value: 'auto|tensorflow|wasm', help: 'default auto' },
  precision: { value: 'float32|bfloat16', help: 'default float32' },
  threads: { value: 'N', help: 'default: all cores' },
  fold: { value: 'K', help: 'this fold is the validation partition, counted from 0' },
  seed: { value: 'N', help: 'default 1' },
};

export const train: Command = {
  name: 'train',
  summary: 'Train a model. Ctrl-C stops it and keeps the best so far.',
  positionals: ['DIR'],
  options: {
    ...startOptions,
    resume: { value: 'RUN', help: 'continue a run that was cut off' },
  },
  async run(context) {
    const { link, output, positionals: [dir = ''], values } = context;
    const projectId = await openProject(link, resolve(dir));
    const resume = values.text('resume');
    const start = () => resume === undefined ? link.call('run.start', { projectId, options: runOptions(values) }) : link.call('run.resume', { projectId, runId: resume });
    let runId: string | undefined = resume;
    await runJob(context, async () => {
      const started = await start();
      runId = started.runId;
      return started;
    }, (push) => {
      if (push.type !== 'run.event' || (runId !== undefined && push.runId !== runId)) return;
      tell(output, push.event.body);
    });
  },
};

/** Options of a run from the command line; what is left out gets the contract's default. */
export function runOptions(values: Values): Args<'run.start'>['options'] {
  const weights = values.text('weights');
  const fold = values.number('fold'), margin = values.number('crops'), threads = values.number('threads'), seed = values.number('seed');
  const backbone = values.text('backbone'), strategy = values.text('strategy'), parent = values.text('parent');
  if (parent !== undefined && backbone !== undefined) throw new UsageError('With --parent the backbone is the model\'s: leave --backbone out.');
  const engine = values.oneOf('engine', ['auto', 'tensorflow', 'wasm']), precision = values.oneOf('precision', ['float32', 'bfloat16']);
  return {
    ...(backbone !== undefined && { backbone }), ...(strategy !== undefined && { strategy }), ...(engine && { engine }), ...(precision && { precision }),
    ...(weights !== undefined && { weights: existsSync(weights) ? resolve(weights) : weights }),
    ...(parent !== undefined && { parent: parentChoice(parent) }),
    ...(margin !== undefined && { crops: { margin } }),
    ...(fold !== undefined && { fold }), ...(threads !== undefined && { threads }), ...(seed !== undefined && { seed }),
    values: Object.fromEntries(values.texts('set').map(assignment)),
  };
}

/** `MODEL` of this project, or `DIR#MODEL` of another one. */
function parentChoice(text: string): { readonly folder: string | null; readonly modelId: string } {
  const at = text.lastIndexOf('#');
  if (at < 0 && existsSync(text)) throw new UsageError(`--parent ${text} names a project: add the model, as in ${text}#MODEL (see fovea models ${text}).`);
  return at < 0 ? { folder: null, modelId: text } : { folder: resolve(text.slice(0, at)), modelId: text.slice(at + 1) };
}

/** `epochs=5` -> ['epochs', 5]; numbers and true/false are read as such. */
function assignment(text: string): [string, string | number | boolean] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--set needs key=value, not "${text}".`);
  const key = text.slice(0, at), value = text.slice(at + 1);
  if (value === 'true' || value === 'false') return [key, value === 'true'];
  return [key, value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value];
}

/** @param body one event of a run, for scripts as a line of JSON, for people as a sentence */
export function tell(output: Output, body: RunEventBody): void {
  if (output.json && body.type !== 'progress') return output.result(body, () => []);
  switch (body.type) {
    case 'plan':
      output.say(`${body.plan.strategy} on ${body.plan.backbone}, engine ${body.engine.id} (${body.engine.device}, ${body.engine.threads} threads)`);
      if (body.engine.reason) output.say(body.engine.reason);
      output.say(`${body.plan.counts.train} training and ${body.plan.counts.validation} validation pictures; ${body.plan.trainable} of ${body.plan.total} parameters are trained`);
      return body.plan.warnings.forEach((warning) => output.say(`Note: ${warning}`));
    case 'prepared': return output.say(`pictures ready after ${duration(body.seconds)}${body.cached ? ` (${body.cached} from the cache)` : ''}`);
    case 'phase': return output.say(`phase ${body.index + 1}: ${body.name}`);
    case 'progress': return output.progress(body.what, body.done, body.total, body.secondsLeft);
    case 'epoch': return output.say(`epoch ${body.epoch}/${body.epochs}  loss ${body.train.loss.toFixed(4)} / ${body.validation.loss.toFixed(4)}  ${measureOf(body.validation)} ${scoreOf(body.train)} / ${scoreOf(body.validation)}${body.best ? '  best' : ''}`);
    case 'pretraining': return output.say(`pretraining ${body.epoch}/${body.epochs}  loss ${body.loss.toFixed(4)}  spread of the embeddings ${body.deviation.toFixed(4)} (collapsed below ${body.collapsedBelow.toFixed(4)})`);
    case 'pretrained': return output.say(`a linear head on ${body.pictures} pictures' worth of pretraining: accuracy ${share(body.pretrained.accuracy)}, on the plain backbone ${share(body.plain.accuracy)} (validation)`);
    case 'retention': return output.say(`  ${body.of === 'accuracy' ? 'old task' : 'old answers'} ${share(body.value)}${body.epoch === 0 ? ' before' : ''} (${body.pictures} pictures)`);
    case 'warning': return output.say(`Note: ${body.message}`);
    case 'finished': return output.say(`${body.stopped ? 'Stopped' : 'Finished'} after ${duration(body.seconds)}: model ${body.modelId}, selection ${measureOf(body.metrics.validation)} ${scoreOf(body.metrics.validation)} (validation, chosen on it)`);
    case 'checkpoint': case 'failed': return;
  }
}

type Scores = Extract<RunEventBody, { type: 'epoch' }>['validation'];

/** Most pixels are background, so masks are told by their overlap. */
const measureOf = ({ dice }: Scores): string => (dice === undefined ? 'accuracy' : 'Dice');
const scoreOf = ({ dice, accuracy }: Scores): string => share(dice ?? accuracy);
