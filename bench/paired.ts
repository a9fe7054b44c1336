// Paired measurement: every round runs each arm once in a fresh process, in alternating order, so that a slow minute hits all alike.
import { spawn } from 'node:child_process';

export interface Arm {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}
/** What a worker prints as its last line. */
export interface Sample {
  /** Processor time per picture, all threads. */
  readonly cpuMs: number;
  /** Elapsed time per picture. */
  readonly wallMs: number;
  /** Largest resident size of the process. */
  readonly peakMB: number;
  readonly [figure: string]: number | string;
}

/** @returns samples per arm, one for each round */
export async function paired(arms: readonly Arm[], rounds: number): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>(arms.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const arm of round % 2 ? [...arms].reverse() : arms) samples.get(arm.name)!.push(await measure(arm));
  }
  return samples;
}

/** Runs one worker to its end. Throws with its error output when it fails. */
export function measure({ name, command, args, environment }: Arm): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '', err = '';
    child.stdout.on('data', (chunk: Buffer) => { out += chunk; });
    child.stderr.on('data', (chunk: Buffer) => { err += chunk; });
    child.on('error', reject);
    child.on('close', (code) => {
      const last = out.trim().split('\n').at(-1) ?? '';
      if (code === 0 && last.startsWith('{')) resolve(JSON.parse(last) as Sample);
      else reject(new Error(`${name} ended with ${code}: ${err.trim().split('\n').slice(-8).join('\n')}`));
    });
  });
}

export function minimum(samples: readonly Sample[], figure: string): number {
  return Math.min(...samples.map((sample) => Number(sample[figure])));
}

export function median(samples: readonly Sample[], figure: string): number {
  const sorted = samples.map((sample) => Number(sample[figure])).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
