// The programs that making an engine pack needs, and a plain sentence for each that is missing.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface Tools {
  readonly python: string;
  readonly compiler: string;
  /** First line of the compiler's version, for the manifest. */
  readonly compilerVersion: string;
}

/** A machine that lacks something, which is not a fault: the wasm engine serves. */
export class CannotMakePack extends Error {}

/** Runs a program and gives its standard output. @throws Error with the end of its standard error */
export async function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  try {
    const { stdout } = await execute(program, [...args], { env: environment, maxBuffer: 64 << 20 });
    return stdout;
  } catch (error) {
    const failure = error as { readonly stderr?: string; readonly message: string }; // what execFile rejects with
    const said = failure.stderr?.trim().split('\n').slice(-6).join('\n');
    throw new Error(`${program} failed: ${said || failure.message}`, { cause: error });
  }
}

/**
 * Looks for python3 with pip and a C++ compiler on the PATH (`CXX` names another one).
 * @throws CannotMakePack naming everything that is missing
 */
export async function findTools(environment: NodeJS.ProcessEnv = process.env): Promise<Tools> {
  const answers = async (program: string, ...args: string[]): Promise<string | null> => {
    try {
      return await run(program, args, environment);
    } catch {
      return null; // absent or broken: either way it cannot serve
    }
  };
  const compiler = environment['CXX'] ?? 'c++';
  const [python, pip, version] = await Promise.all([answers('python3', '--version'), answers('python3', '-m', 'pip', '--version'), answers(compiler, '--version')]);
  const missing = [
    ...(python === null ? ['python3'] : []),
    ...(python !== null && pip === null ? ['pip (`python3 -m pip`)'] : []),
    ...(version === null ? [`a C++ compiler (\`${compiler}\`)`] : []),
  ];
  if (missing.length > 0 || version === null) throw new CannotMakePack(`Making the engine pack needs ${missing.join(' and ')}, which is not on this machine.`);
  return { python: 'python3', compiler, compilerVersion: version.split('\n')[0]! };
}
