// Makes sure that the native engine is there where it can be: used by the demo and the tests, and by `npm run engine`.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import { lacksAvx, thisMachine, type Machine } from '../../main/engines/machine.ts';
import { locatePack, packsFolder, readPack, verifyPack } from '../../main/engines/pack.ts';
import { packRowsFor } from '../../main/engines/packs.ts';
import { makePack } from './make.ts';

export interface Ensured {
  readonly available: boolean;
  /** Why there is no pack, or why it is not the best one for this machine. */
  readonly reason: string | null;
}

export interface EnsureOptions {
  readonly progress: (line: string) => void;
  /** Read every file again instead of trusting an earlier verification. */
  readonly verify?: boolean;
  readonly machine?: Machine;
}

/** Finds and verifies the engine pack of this machine, or makes it. Never throws for a machine that cannot have one: it says why. */
export async function ensurePack(home: string, options: EnsureOptions): Promise<Ensured> {
  const { progress, verify = false, machine = thisMachine() } = options;
  const rows = lacksAvx(machine) ? [] : packRowsFor({ ...machine, cuda: machine.cuda !== null });
  const refusals: string[] = [];
  for (const row of rows) {
    const folder = join(packsFolder(home), row.id);
    try {
      if (existsSync(folder) && !await isWhole(folder, verify)) {
        progress(`The engine pack in ${folder} is damaged: making it again.`);
        await rm(folder, { recursive: true });
      }
      if (!existsSync(folder)) await makePack(home, row, progress);
      return { available: true, reason: refusals.length > 0 ? refusals.join(' ') : null };
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (refusals.length > 0) return { available: false, reason: `${refusals.join(' ')} The wasm engine serves.` };
  const { reason } = await locatePack(home, machine);
  return { available: false, reason };
}

async function isWhole(folder: string, again: boolean): Promise<boolean> {
  try {
    await verifyPack(await readPack(folder), { again });
    return true;
  } catch (error) {
    if (error instanceof StudioError) return false;
    throw error;
  }
}
