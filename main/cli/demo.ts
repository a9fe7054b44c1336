// `fovea demo`: the main job on the sample project, start to end.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ExportReport } from '#contract/api.ts';
import { evaluationLines, measureModel } from './evaluate.ts';
import { chooseModel, runJob } from './jobs.ts';
import { bytes, duration, share, table } from './output.ts';
import type { Command } from './command.ts';

export const demo: Command = {
  name: 'demo',
  summary: 'Run the main job on the sample project: import, split, train, evaluate, export.',
  positionals: [],
  options: { keep: { value: 'DIR', help: 'make the project there instead of in a new temporary folder' } },
  async run(context) {
    const { link, output, values } = context;
    const began = performance.now();
    const keep = values.text('keep');
    const folder = keep === undefined ? await mkdtemp(join(tmpdir(), 'fovea-demo-')) : resolve(keep);

    output.say('1. Drawing the sample pictures and importing them');
    const { started: { project } } = await runJob(context, async () => link.call('project.sample', { folder }));
    const projectId = project.id;

    output.say('2. Splitting by subject');
    const split = await link.call('split.make', { projectId, options: {} });

    output.say('3. Training: lp-ft on the embedded backbone');
    await runJob(context, () => link.call('run.start', { projectId, options: {} }), (push) => {
      if (push.type !== 'run.event') return;
      const { body } = push.event;
      if (body.type === 'plan') output.say(`   engine ${body.engine.id} (${body.engine.device})${body.engine.reason ? `: ${body.engine.reason}` : ''}`);
      if (body.type === 'epoch') output.say(`   epoch ${body.epoch}/${body.epochs}  loss ${body.validation.loss.toFixed(4)}  accuracy ${share(body.validation.accuracy)} (validation)`);
    });
    const modelId = await chooseModel(link, projectId, undefined);

    output.say('4. Evaluating on the test partition');
    const evaluation = await measureModel(context, projectId, modelId, 'test');

    output.say('5. Exporting');
    const out = join(folder, 'exports');
    const exported: ExportReport[] = [];
    for (const [format, file] of [['onnx', 'model.onnx'], ['timm', 'timm.safetensors']] as const) {
      const { started } = await runJob(context, () => link.call('export.start', { projectId, format, modelId, out: join(out, file) }));
      exported.push(await link.call('export.report', { projectId, jobId: started.jobId }));
    }
    const seconds = (performance.now() - began) / 1000;
    output.result({ folder, seconds, split: split.counts, evaluation, exports: exported }, () => [
      '', ...table(['class', 'train', 'validation', 'test'], [...Object.entries(split.perClass).map(([name, n]) => [name, n.train, n.validation, n.test]), ['subjects', split.subjects.train, split.subjects.validation, split.subjects.test]]),
      '', ...evaluationLines(evaluation),
      '', ...table(['export', 'size', 'run again: largest difference'], exported.flatMap(({ files, selfTest }) => files.map(({ path, bytes: n }) => [path, bytes(n), selfTest?.maxDifference.toExponential(1) ?? '']))),
      '', `Done in ${duration(seconds)}. The project is in ${folder}`,
    ]);
  },
};
