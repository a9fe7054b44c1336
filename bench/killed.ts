// The command line cut off at a moment, and what a project gives afterwards.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { foveaDocument } from '../build/fovea-process.ts';

const command = fileURLToPath(new URL('../main/cli/index.ts', import.meta.url));

/** Starts `fovea ARGS --json`, kills it by its number after `delay` ms, and returns the lines it had printed: what it acknowledged. */
export function killed(args: readonly string[], delay: number): Promise<{ readonly lines: readonly string[]; readonly finished: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => { out += chunk; });
    const timer = setTimeout(() => child.pid && process.kill(child.pid, 'SIGKILL'), delay);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ lines: out.split('\n').slice(0, -1), finished: code === 0 });
    });
  });
}

/** The sha256 of an exported model: the same bytes, the same model. */
export async function exportedSha256(project: string, out: string, format: 'onnx' | 'timm'): Promise<string> {
  const { files } = await foveaDocument<{ files: { path: string; sha256: string }[] }>('export', project, '--format', format, '--out', out);
  return files.find(({ path }) => path.endsWith(format === 'onnx' ? '.onnx' : '.safetensors'))!.sha256;
}
