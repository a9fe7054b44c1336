// A training step of a U-Net against PyTorch channels_last, float32, one thread each: processor time and peak memory.
import { fileURLToPath } from 'node:url';
import { table } from '../main/cli/output.ts';
import { median, minimum, paired } from './paired.ts';
import type { Arm } from './paired.ts';
import { benchPython } from './python.ts';

/** What is asked for: peer / ours of the time, ours / peer of the memory. */
const asked = { time: 1.2, memory: 1 };
const encoder = 'resnet18', size = 256, batch = 4;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
/** One thread everywhere, or the peer's barriers on a busy machine would flatter us. */
const environment = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1', OMP_NUM_THREADS: '1', OMP_WAIT_POLICY: 'PASSIVE', TF_CPP_MIN_LOG_LEVEL: '2' };

export async function unetSteps({ rounds, make }: { readonly rounds: number; readonly make: boolean }): Promise<void> {
  const python = benchPython(make);
  if (!python) console.log('PyTorch is not here: only our own figures (npm run bench -- unet --make-python installs it).');
  const facts = [encoder, String(size), String(batch)];
  const arms: Arm[] = [
    { name: 'tensorflow', command: process.execPath, args: [here('unet-worker.ts'), 'tensorflow', ...facts], environment },
    ...(python ? [{ name: 'pytorch', command: python, args: [here('torch_unet.py'), 'step', ...facts], environment }] : []),
  ];
  const samples = await paired(arms, rounds);
  const rows = arms.map(({ name }) => [name, minimum(samples.get(name)!, 'cpuMs').toFixed(1), median(samples.get(name)!, 'cpuMs').toFixed(1), minimum(samples.get(name)!, 'peakMB').toFixed(0), '']);
  const ours = samples.get('tensorflow')!, peer = samples.get('pytorch');
  if (peer) {
    const time = minimum(peer, 'cpuMs') / minimum(ours, 'cpuMs'), memory = minimum(ours, 'peakMB') / minimum(peer, 'peakMB');
    rows.push(['ratio', `${time.toFixed(2)}x`, '', `${memory.toFixed(2)}x`, `asked >= ${asked.time}x: ${time >= asked.time ? 'met' : 'NOT MET'}; memory <= ${asked.memory}x: ${memory <= asked.memory ? 'met' : 'NOT MET'}`]);
  }
  console.log(table([`U-Net on ${encoder}, ${size} px, batch ${batch}`, 'CPU ms/picture min', 'median', 'peak MB', ''], rows).join('\n'));
}
