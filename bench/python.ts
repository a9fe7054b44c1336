// The Python environment of the peers that the benches compare with. Made only on request: it is large and no part of the product.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder } from '../main/home.ts';

const packages = ['torch', 'torchvision', 'timm'];
const folder = process.env['FOVEA_BENCH_PYTHON'] ?? join(homeFolder(), 'bench', 'python');
const interpreter = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/**
 * Path of an interpreter that has PyTorch and timm.
 * @param make install them when they are missing (several GB through pip)
 * @returns null when they are missing and may not be made; the caller says so
 */
export function benchPython(make: boolean): string | null {
  if (existsSync(interpreter)) return interpreter;
  if (!make) return null;
  console.log(`Making a Python environment with ${packages.join(', ')} ...`);
  for (const [command, args] of [['python3', ['-m', 'venv', folder]], [interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]]] as const) {
    const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  }
  return interpreter;
}
