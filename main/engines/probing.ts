// Tries out one engine in a process of its own, so that a native library that crashes takes nobody with it.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineId, EngineReport } from '#contract/engines.ts';
import { z } from 'zod';
import { entries } from '../entries.ts';

/** What the probe process prints: the engine works, or why it does not. */
export const ProbeResult = z.union([
  z.object({ device: z.string(), version: z.string(), trains: z.boolean(), reason: z.string().nullable() }),
  z.object({ refusal: z.string() }),
]);
export type ProbeResult = z.infer<typeof ProbeResult>;

const LONGEST = 60_000;

/**
 * Reports an engine. Never rejects: whatever ends the probe is the reason.
 * The process is started with FOVEA_NODE where a host names a Node binary (a packaged Electron app cannot run as one), else with the binary that runs this.
 */
export function probe(id: EngineId, home: string, script: URL = entries.engineProbe): Promise<EngineReport> {
  const absent = (reason: string): EngineReport => ({ id, available: false, trains: false, device: null, version: null, reason });
  const node = process.env['FOVEA_NODE'] ?? process.execPath;
  const environment = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  return new Promise((resolve) => {
    execFile(node, [fileURLToPath(script), id, home], { env: environment, timeout: LONGEST, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const result = ProbeResult.safeParse(lastLine(stdout));
      if (!result.success) {
        const said = stderr.trim().slice(0, 300);
        const end = error?.killed ? `it did not answer within ${LONGEST / 1000} s` : error?.signal ? `its process ended with ${error.signal}` : `its process ended with code ${error?.code ?? 0}`;
        resolve(absent(`The ${id} engine does not work here: ${end}.${said ? ` ${said}` : ''}`));
      } else if ('refusal' in result.data) resolve(absent(result.data.refusal));
      else resolve({ id, available: true, ...result.data });
    });
  });
}

/** Libraries may print before the result. */
function lastLine(text: string): unknown {
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '');
  } catch {
    return undefined; // no result: the caller says how the process ended
  }
}
