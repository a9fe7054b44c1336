// The probe process: `probe.ts ENGINE HOME` opens one engine, lets it compute something known, and prints one line.
import { EngineId } from '#contract/engines.ts';
import { StudioError } from '#contract/errors.ts';
import { build } from '../nets/build.ts';
import { openOne } from './choose.ts';
import type { ProbeResult } from './probing.ts';

/** y = 2x + 1, as a network. */
const network = build('probe', [1], (b) => {
  const output = b.dense('line', 'input', 1);
  return { output, features: 'input', gradCam: 'input', skips: [], stages: [{ name: 'line', end: output }] };
});

async function tryOut(id: EngineId, home: string): Promise<ProbeResult> {
  try {
    const { engine, record } = await openOne(id, { home, threads: 1, precision: 'float32' });
    const value = (x: number, shape: readonly number[]) => ({ shape, data: Float32Array.of(x) });
    const runner = await engine.runner({ network, values: new Map([['line.weight', value(2, [1, 1])], ['line.bias', value(1, [1])]]), outputs: ['line'], precision: 'float32' });
    const answer = (await runner.run(value(3, [1, 1]))).get('line')?.data[0];
    await engine.close();
    if (answer !== 7) return { refusal: `The ${id} engine computes wrongly here: 2 x 3 + 1 gave ${answer}.` };
    return { device: record.device, version: record.version, trains: engine.trainer !== undefined, reason: record.reason };
  } catch (error) {
    if (error instanceof StudioError) return { refusal: error.message };
    throw error;
  }
}

const [, , id, home = ''] = process.argv;
console.log(JSON.stringify(await tryOut(EngineId.parse(id), home)));
