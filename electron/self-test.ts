// `--self-test`: what an installed Fovea does before anyone trusts it: open, import, train, predict, quit.
import { join } from 'node:path';
import { Output } from '../main/cli/output.ts';
import { runJob } from '../main/cli/jobs.ts';
import { inProcessLink } from '../main/host/in-process.ts';
import { classes } from '../main/sample/index.ts';
import type { Studio } from '../main/studio.ts';

export interface SelfTestReport { readonly images: number; readonly engine: string; readonly predicted: number; readonly accuracy: number }

/**
 * Runs the main job on the sample project.
 * @param folder for the project; made, and left to the caller
 * @param say called with each step that is done
 * @throws Error naming the first thing that is not as it must be
 */
export async function selfTest(studio: Studio, folder: string, say: (step: string) => void): Promise<SelfTestReport> {
  const link = inProcessLink(studio);
  const job = { link, output: new Output(true), interrupted: new AbortController().signal };

  const { chosen } = await link.call('app.doctor', {});
  say(`engine ${chosen}`);
  const { started: { project: { id: projectId } } } = await runJob(job, () => link.call('project.sample', { folder }));
  const { images, labelled } = await link.call('project.status', { projectId });
  must(images > 0 && labelled === images, `${images} sample pictures were imported, ${labelled} with labels`);
  say(`imported ${images} pictures`);

  await link.call('split.make', { projectId, options: {} });
  const { started: { runId } } = await runJob(job, () => link.call('run.start', { projectId, options: { strategy: 'feature-extraction' } }));
  const { modelId, engine } = await link.call('run.get', { projectId, runId });
  if (modelId === null || engine === null) throw new Error('the run finished without a model');
  say(`trained on ${engine.id}`);

  await runJob(job, () => link.call('model.evaluate', { projectId, modelId, partition: 'test' }));
  const [evaluation] = await link.call('model.evaluations', { projectId, modelId });
  const accuracy = evaluation?.accuracy.value ?? 0;
  must(accuracy > 1 / classes.length, `the model is right on ${accuracy} of the test pictures, no better than guessing`);

  const { started: { jobId } } = await runJob(job, () => link.call('model.predict', { projectId, modelId, paths: [join(folder, 'pictures')] }));
  const predictions = await link.call('model.predictReport', { projectId, jobId });
  must(predictions.length === images, `${predictions.length} of ${images} pictures were predicted`);
  // A softmax in float32.
  must(predictions.every(({ probabilities }) => Math.abs(probabilities.reduce((sum, p) => sum + p, 0) - 1) < 1e-5), 'probabilities do not sum to 1');
  say(`predicted ${predictions.length} pictures, accuracy ${accuracy.toFixed(3)} on the test partition`);

  await link.call('project.close', { projectId });
  return { images, engine: engine.id, predicted: predictions.length, accuracy };
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
