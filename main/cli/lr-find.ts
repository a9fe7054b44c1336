// `fovea lr-find DIR`: raises the learning rate of a run's first steps until its loss breaks away, and reads a rate off the curve.
import { resolve } from 'node:path';
import type { RateSweep } from '#contract/rate-sweep.ts';
import type { Command } from './command.ts';
import { openProject, runJob } from './jobs.ts';
import { duration } from './output.ts';
import { runOptions, startOptions } from './train.ts';

export const lrFind: Command = {
  name: 'lr-find',
  summary: 'Find a learning rate: the loss while the rate rises. Nothing else is kept.',
  positionals: ['DIR'],
  options: startOptions,
  async run(context) {
    const { link, output, positionals: [dir = ''], values } = context;
    const projectId = await openProject(link, resolve(dir));
    const { started: { jobId } } = await runJob(context, () => link.call('run.findRate', { projectId, options: runOptions(values) }));
    const sweep = await link.call('run.rateSweep', { projectId, jobId });
    output.result(sweep, () => said(sweep));
  },
};

function said({ phase, points, suggested, steepest, end, seconds }: RateSweep): string[] {
  const first = points[0], last = points.at(-1);
  return [
    `${phase}: ${points.length} steps in ${duration(seconds)}${end === 'diverged' ? ', until the loss broke away' : end === 'stopped' ? ', until it was stopped' : ''}`,
    ...(first && last ? [`smoothed loss  ${bars(points.map((point) => point.smoothed))}`, `rate           ${first.rate.toExponential(0)} to ${last.rate.toExponential(0)}`] : []),
    suggested === null || steepest === null ? 'The loss did not fall: no rate can be read off. Look at the labels, or choose another strategy.'
      : `Suggested rate: ${suggested.toPrecision(2)} (a tenth of the lowest point); the steepest fall is at ${steepest.toPrecision(2)}. Use it: fovea train DIR --set learningRate=${suggested.toPrecision(2)}`,
  ];
}

/** A curve in one line of text. */
function bars(values: readonly number[]): string {
  const low = Math.min(...values), high = Math.max(...values);
  return values.map((value) => '▁▂▃▄▅▆▇█'[high === low ? 0 : Math.min(7, Math.floor(((value - low) / (high - low)) * 8))]).join('');
}
