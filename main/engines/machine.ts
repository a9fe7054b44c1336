// What this machine has that decides which engine serves: processor, its features, an NVIDIA device.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform } from 'node:os';

export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** The processor's name as the system gives it. */
  readonly processor: string;
  /** Feature flags of the processor as Linux names them; null where they cannot be read. */
  readonly flags: ReadonlySet<string> | null;
  /** Name of the first NVIDIA device with a driver, or null. */
  readonly cuda: string | null;
  /** Threads that make sense when nobody asked for a number. */
  readonly threads: number;
}

let known: Machine | undefined;

/** Looked at once per process. */
export function thisMachine(): Machine {
  known ??= {
    platform: platform(),
    arch: arch(),
    processor: cpus()[0]?.model.trim() || `unknown ${arch()} processor`,
    flags: processorFlags(),
    cuda: cudaDevice(),
    threads: availableParallelism(),
  };
  return known;
}

function processorFlags(): ReadonlySet<string> | null {
  if (platform() !== 'linux') return null;
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
  return line ? new Set(line[1]!.split(/\s+/)) : null;
}

/** bfloat16 arithmetic in the processor itself. Elsewhere oneDNN emulates it, several times slower than float32, or fails. */
export function hasBfloat16(machine: Machine): boolean {
  return machine.flags !== null && (machine.flags.has('avx512_bf16') || machine.flags.has('amx_bf16'));
}

/** TensorFlow's x64 builds end the process at load time on a processor without AVX. */
export function lacksAvx(machine: Machine): boolean {
  return machine.arch === 'x64' && machine.flags !== null && !machine.flags.has('avx');
}

function cudaDevice(): string | null {
  const driver = platform() === 'linux' ? existsSync('/proc/driver/nvidia/version') : platform() === 'win32';
  if (!driver) return null;
  const { status, stdout } = spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], { encoding: 'utf8', timeout: 10_000 });
  if (status === 0) return stdout.split('\n')[0]!.trim() || null;
  return platform() === 'linux' ? 'an NVIDIA device' : null;
}
