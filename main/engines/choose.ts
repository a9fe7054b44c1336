// Which engine serves here: opens the best one there is for a purpose, and says why a better one is not used.
import { assertNever, StudioError } from '#contract/errors.ts';
import { EngineId, type EngineRecord, type EngineReport, type Precision } from '#contract/engines.ts';
import type { Engine } from './engine.ts';
import { hasBfloat16, thisMachine, type Machine } from './machine.ts';
import { locatePack, openPack } from './pack.ts';
import { probe } from './probing.ts';

export interface EngineChoice {
  readonly engine: 'auto' | EngineId;
  readonly purpose: 'train' | 'infer';
  /** Folder of the person, where engine packs lie. */
  readonly home: string;
  readonly threads: number;
  readonly precision: Precision;
}

export interface OpenedEngine {
  readonly engine: Engine;
  /** What a run has to record to be repeated bit for bit. */
  readonly record: EngineRecord;
}

/**
 * Opens an engine in this process: meant for job processes, which a crash of a native library may end.
 * @throws StudioError 'refused' for bfloat16 on a processor without it; 'engine' when the engine that was asked for, or every one, is not available
 */
export async function openEngine(choice: EngineChoice, machine: Machine = thisMachine()): Promise<OpenedEngine> {
  if (choice.precision === 'bfloat16' && !hasBfloat16(machine)) {
    throw new StudioError('refused', 'engine.no-bfloat16', { processor: machine.processor },
      `This processor (${machine.processor}) has no bfloat16 arithmetic (avx512_bf16 or amx_bf16), and without it training is slower, not faster. Choose float32.`);
  }
  const best = await bestFirst(choice);
  if (choice.engine !== 'auto') {
    const opened = await openOne(choice.engine, choice, machine);
    return best[0] === choice.engine ? opened : withReason(opened, `${choice.engine} was asked for.`);
  }
  const missed: string[] = [];
  for (const id of best) {
    try {
      return withReason(await openOne(id, choice, machine), ...missed);
    } catch (error) {
      if (!(error instanceof StudioError && error.code === 'engine')) throw error;
      missed.push(`${id}: ${error.message}`);
    }
  }
  const reasons = missed.join(' ');
  throw new StudioError('engine', 'engine.none', { reasons }, `No engine can do this here. ${reasons}`);
}

/**
 * Engines that can serve a purpose. Inference in float32 is fastest, and smallest in memory, in ONNX Runtime,
 * unless the pack computes on a GPU; only TensorFlow knows bfloat16.
 */
async function bestFirst({ purpose, precision, home }: EngineChoice): Promise<readonly EngineId[]> {
  if (precision === 'bfloat16') return ['tensorflow'];
  if (purpose === 'train') return ['tensorflow', 'wasm'];
  const { pack } = await locatePack(home);
  return pack?.manifest.device === 'cuda' ? ['tensorflow', 'onnx', 'wasm'] : ['onnx', 'tensorflow', 'wasm'];
}

/**
 * Opens this engine and no other. Heavy libraries are loaded here, when their engine is wanted: the process that serves the screen imports this file too.
 * @throws StudioError 'engine' when it is not available
 */
export async function openOne(id: EngineId, { home, threads, precision }: Pick<EngineChoice, 'home' | 'threads' | 'precision'>, machine: Machine = thisMachine()): Promise<OpenedEngine> {
  const shared = { id, precision, processor: machine.processor };
  switch (id) {
    case 'tensorflow': {
      const { binding, device, reason, manifestSha256 } = await openPack(home, threads);
      const { openCompiledEngine } = await import('./compiled/index.ts');
      const engine = openCompiledEngine({ binding, device });
      return { engine, record: { ...shared, device, version: engine.version, pack: manifestSha256, threads, reason } };
    }
    case 'onnx': {
      const { openOnnxEngine } = await importOnnx();
      const engine = await openOnnxEngine({ threads });
      return { engine, record: { ...shared, device: engine.device, version: engine.version, pack: null, threads, reason: null } };
    }
    case 'wasm': {
      const { openEagerEngine } = await import('./eager/index.ts');
      const engine = await openEagerEngine();
      // WebAssembly has one thread in Node, whatever was asked for.
      return { engine, record: { ...shared, device: engine.device, version: engine.version, pack: null, threads: 1, reason: null } };
    }
    default:
      return assertNever(id);
  }
}

async function importOnnx(): Promise<typeof import('./onnx/index.ts')> {
  try {
    return await import('./onnx/index.ts');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new StudioError('engine', 'engine.onnx-does-not-load', { detail }, `ONNX Runtime does not load: ${detail}`, { cause: error });
  }
}

function withReason({ engine, record }: OpenedEngine, ...reasons: readonly string[]): OpenedEngine {
  const all = [...reasons, ...(record.reason === null ? [] : [record.reason])];
  return { engine, record: { ...record, reason: all.length > 0 ? all.join(' ') : null } };
}

/** What each engine is here, best first. Each is tried out in a process of its own, which a crash of its library may end. */
export function doctor(home: string): Promise<EngineReport[]> {
  return Promise.all(EngineId.options.map((id) => probe(id, home)));
}
