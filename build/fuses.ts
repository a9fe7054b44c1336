// Reads what is burnt into a packaged app and compares it with what it must be: nobody may run it as Node or load other code with it.
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/** Fuses of a released app; what is not named stays as Electron has it. */
const wanted: readonly { readonly fuse: FuseV1Options; readonly name: string; readonly on: boolean }[] = [
  { fuse: FuseV1Options.RunAsNode, name: 'RunAsNode', on: false },
  { fuse: FuseV1Options.EnableNodeOptionsEnvironmentVariable, name: 'EnableNodeOptionsEnvironmentVariable', on: false },
  { fuse: FuseV1Options.EnableNodeCliInspectArguments, name: 'EnableNodeCliInspectArguments', on: false },
  { fuse: FuseV1Options.EnableCookieEncryption, name: 'EnableCookieEncryption', on: true },
  { fuse: FuseV1Options.EnableEmbeddedAsarIntegrityValidation, name: 'EnableEmbeddedAsarIntegrityValidation', on: true },
  { fuse: FuseV1Options.OnlyLoadAppFromAsar, name: 'OnlyLoadAppFromAsar', on: true },
  { fuse: FuseV1Options.GrantFileProtocolExtraPrivileges, name: 'GrantFileProtocolExtraPrivileges', on: false },
];

/** @returns names of the fuses that are not as they must be */
export async function wrongFuses(program: string): Promise<string[]> {
  const wire = await getCurrentFuseWire(program);
  return wanted.filter(({ fuse, on }) => wire[fuse] !== (on ? FuseState.ENABLE : FuseState.DISABLE)).map(({ name }) => name);
}
