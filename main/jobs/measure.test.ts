// Before a step was measured nothing is said of what a run will take; afterwards it is, and the run says what it took.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RunOptions } from '#contract/runs.ts';
import { runEvents } from '../db/index.ts';
import { homeFolder } from '../home.ts';
import { endMeasures, estimate, startMeasure } from './measure.ts';
import { realProject } from './testing/real-project.ts';
import { startRun } from './train.ts';

// What is measured belongs to the person: here to nobody.
const home = mkdtempSync(join(tmpdir(), 'fovea-measure-')), engines = join(homeFolder(), 'engines');
if (existsSync(engines)) symlinkSync(engines, join(home, 'engines'), 'junction');
const { project, runner, ended, remove } = await realProject(24, { home });
after(async () => {
  await remove();
  rmSync(home, { recursive: true });
});
const options = (values: RunOptions['values'] = {}, strategy = 'lp-ft') => RunOptions.parse({ strategy, values: { epochs: 2, ...values } });

test('what a run will take is known once a few of its steps were measured, for any number of epochs, and the run carries it', async () => {
  assert.equal(await estimate(runner, project, options()), null);
  assert.equal((await ended(await startMeasure(runner, project, options()))).status, 'finished');
  const two = await estimate(runner, project, options()), ten = await estimate(runner, project, options({ epochs: 10 }));
  assert.ok(two && ten && two.seconds > 0 && ten.seconds > two.seconds, JSON.stringify([two, ten]));
  assert.equal(await estimate(runner, project, options({}, 'fine-tune')), null, 'another strategy has other steps');

  const { runId, jobId } = await startRun(runner, project, options());
  assert.equal((await ended(jobId)).status, 'finished');
  const events = runEvents(project.db, runId, 0).map(({ body }) => body);
  assert.deepEqual(events.find((body) => body.type === 'plan')?.estimate, two);
  const { seconds, memory = 0 } = events.find((body) => body.type === 'finished')!;
  assert.ok(seconds > 0);
  // Node with the smallest network in it takes more; a unit that is wrong would be a thousand times off.
  assert.ok(memory > 50e6 && memory < 50e9, String(memory));
});

test('a measurement ends at once when a run is wanted, and a file of costs that is damaged counts for nothing', async () => {
  const jobId = await startMeasure(runner, project, options({}, 'fine-tune'));
  endMeasures(runner, project);
  assert.notEqual((await ended(jobId)).status, 'finished');
  const file = join(home, 'measured-costs.json');
  assert.ok(readFileSync(file, 'utf8').startsWith('{'));
  writeFileSync(file, '{"broken":');
  assert.equal(await estimate(runner, project, options()), null);
});
