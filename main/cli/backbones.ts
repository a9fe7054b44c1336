// `fovea backbones`: the pretrained networks, what they cost and where their weights come from.
import { StudioError } from '#contract/errors.ts';
import { Task } from '#contract/records.ts';
import type { BackboneTime } from '#contract/plan.ts';
import { bytes, table } from './output.ts';
import type { Command } from './command.ts';
import { runJob } from './jobs.ts';

export const backbones: Command = {
  name: 'backbones',
  summary: 'List the pretrained networks with their cost, licence and weights.',
  positionals: [],
  options: { task: { value: 'TASK', help: 'segmentation lists the U-Nets' }, id: { value: 'ID', help: 'only this one, with its stages' }, measure: { help: 'measure how long a picture takes through each on this machine; kept for the next time' } },
  async run(context) {
    const { link, output, values } = context;
    const id = values.text('id');
    const task = values.oneOf('task', Task.options);
    const listed = async () => (await link.call('backbone.list', task ? { task } : {})).filter((backbone) => id === undefined || backbone.id === id);
    let chosen = await listed();
    if (chosen.length === 0) throw new StudioError('not-found', 'backbone.unknown', { id: id ?? '' }, `There is no backbone "${id}". See them all: fovea backbones`);
    if (values.flag('measure')) {
      await runJob(context, () => link.call('backbone.measure', { projectId: null, backbones: chosen.map((one) => one.id), ...(task && { task }) }));
      chosen = await listed();
    }
    output.result({ backbones: chosen }, () => [
      ...table(['backbone', 'parameters', 'multiply-adds', 'time here', 'input', 'features', 'memory', 'weights', 'here', 'size', 'top-1', 'licence'],
        chosen.flatMap((b) => (b.weights.length ? b.weights : [null]).map((w) => [b.id, `${(b.parameters / 1e6).toFixed(1)} M`, `${(b.macs / 1e9).toFixed(2)} G`, b.time && milliseconds(b.time), b.inputSize.join('x'), b.features || null, bytes(b.memory.inference),
          w?.id ?? '(none listed)', w === null ? '' : w.embedded ? 'embedded' : w.present ? 'yes' : 'no', w ? bytes(w.bytes) : '', w?.top1 ?? null, w?.license ?? '']))),
      '', ...engines(chosen.flatMap(({ time }) => time ?? [])), 'memory: activations of one picture in inference; top-1 in per cent on ImageNet, as the source of the weights states it',
      ...(id === undefined ? [] : ['', ...table(['stage', 'parameters'], chosen[0]!.stages.map(({ name, parameters }) => [name, parameters]))]),
    ]);
  },
};

const milliseconds = ({ seconds }: BackboneTime): string => `${(1000 * seconds).toFixed(seconds < 0.01 ? 1 : 0)} ms`;

/** What the times were measured with, each engine once with its newest day. */
function engines(times: readonly BackboneTime[]): string[] {
  if (times.length === 0) return ['time here: not measured; fovea backbones --measure does it'];
  const newest = new Map([...times].sort((a, b) => a.at.localeCompare(b.at)).map(({ engine, at }) => [`${engine.id} ${engine.version} on ${engine.processor}, ${engine.threads} threads`, at.slice(0, 10)]));
  return [...newest].map(([engine, day]) => `time here: one picture, not trained, measured with ${engine}, ${day}`);
}
