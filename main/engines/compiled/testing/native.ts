// The native binding for tests, or why there is none on this machine.
import { homeFolder } from '../../../home.ts';
import { StudioError } from '#contract/errors.ts';
import { openPack } from '../../pack.ts';
import { openCompiledEngine } from '../engine.ts';
import type { Engine } from '../../engine.ts';
import type { NativeBinding } from '../../native-binding.ts';

export type Native = { readonly binding: NativeBinding; readonly engine: Engine; readonly skip: false } | { readonly skip: string };

/** One thread: tests share the machine, and two runs are compared bit by bit. */
export async function native(): Promise<Native> {
  try {
    const { binding, device } = await openPack(homeFolder(), 1);
    return { binding, engine: openCompiledEngine({ binding, device }), skip: false };
  } catch (error) {
    if (error instanceof StudioError && error.key === 'engine.no-pack') return { skip: `no tensorflow engine pack: ${error.message}` };
    throw error;
  }
}
