// Training steps and forward passes against PyTorch channels_last, float32, one thread each: processor time and peak memory.
import { fileURLToPath } from 'node:url';
import { table } from '../main/cli/output.ts';
import { benchPython } from './python.ts';
import { median, minimum, paired } from './paired.ts';
import type { Arm } from './paired.ts';

interface Case { readonly network: string; readonly mode: 'train' | 'forward'; readonly batch: number; /** Ratio peer / ours that is asked for; null = reported. */ readonly limit: number | null }
const cases: readonly Case[] = [
  { network: 'resnet18', mode: 'train', batch: 16, limit: 1.1 },
  { network: 'mobilenetv2_100', mode: 'train', batch: 8, limit: 1.7 },
  { network: 'tf_efficientnet_lite0', mode: 'train', batch: 8, limit: null },
  { network: 'resnet18', mode: 'forward', batch: 16, limit: 1.2 },
  { network: 'mobilenetv2_100', mode: 'forward', batch: 16, limit: 3 },
  { network: 'tf_efficientnet_lite0', mode: 'forward', batch: 16, limit: null },
];
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** One thread everywhere, or the peer's barriers on a busy machine would flatter us. */
const oneThread = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1', OMP_NUM_THREADS: '1', OMP_WAIT_POLICY: 'PASSIVE', TF_CPP_MIN_LOG_LEVEL: '2' };

export async function steps({ rounds, make, only }: { readonly rounds: number; readonly make: boolean; readonly only: string | undefined }): Promise<void> {
  const python = benchPython(make);
  if (!python) console.log('PyTorch is not here: only our own figures (npm run bench -- steps --make-python installs it).');
  const rows: (string | number | null)[][] = [];
  for (const { network, mode, batch, limit } of cases) {
    if (only !== undefined && !`${network}/${mode}`.includes(only)) continue;
    const ours = (engine: string): Arm => ({ name: engine, command: process.execPath, args: [here('steps-worker.ts'), engine, network, mode, String(batch)], environment: oneThread });
    const arms: Arm[] = [ours('tensorflow'), ...(mode === 'forward' ? [ours('onnx')] : []), ...(python ? [{ name: 'pytorch', command: python, args: [here('torch_steps.py'), network, mode, String(batch)], environment: oneThread }] : [])];
    const samples = await paired(arms, rounds);
    const best = Math.min(...arms.filter(({ name }) => name !== 'pytorch').map(({ name }) => minimum(samples.get(name)!, 'cpuMs')));
    for (const { name } of arms) {
      const s = samples.get(name)!;
      rows.push([`${network} ${mode} b${batch}`, name, minimum(s, 'cpuMs').toFixed(1), median(s, 'cpuMs').toFixed(1), minimum(s, 'peakMB').toFixed(0), '', '']);
    }
    const peer = samples.get('pytorch');
    if (peer) {
      const memory = Math.min(...arms.filter(({ name }) => name !== 'pytorch').map(({ name }) => minimum(samples.get(name)!, 'peakMB'))) / minimum(peer, 'peakMB');
      rows.push([`${network} ${mode} b${batch}`, 'ratio', `${(minimum(peer, 'cpuMs') / best).toFixed(2)}x`, '', `${memory.toFixed(2)}x`, limit === null ? 'reported' : `>= ${limit}x`, limit === null ? '' : minimum(peer, 'cpuMs') / best >= limit ? 'met' : 'NOT MET']);
    }
    console.log(table(['case', 'arm', 'CPU ms/picture min', 'median', 'peak MB', 'asked', ''], rows).join('\n'), '\n');
  }
}
