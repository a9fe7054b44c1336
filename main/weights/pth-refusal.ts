// Why a .pth file is not read. Such a file is a program for Python's pickle machine, so everything but the few instructions of a plain state dict is refused.
import { StudioError } from '#contract/errors.ts';

/** The key of the error is `weights.pth-<reason>`. */
export type PthReason =
  // the archive
  | 'legacy' | 'not-archive' | 'truncated' | 'too-large' | 'too-many-entries' | 'encrypted' | 'compressed' | 'bad-name' | 'duplicate-entry' | 'overlap' | 'byte-order' | 'torchscript'
  // the program
  | 'no-pickle' | 'forbidden-global' | 'forbidden-call' | 'forbidden-opcode' | 'bad-pickle'
  // the tensors
  | 'not-state-dict' | 'duplicate-name' | 'name-too-long' | 'missing-storage' | 'storage-size' | 'bad-shape' | 'outside-storage' | 'not-finite';

export const LIMITS = { pickleBytes: 16 * 1024 * 1024, entries: 20_100, tensors: 20_000, rank: 8, nameLength: 512, stack: 200_000 } as const;

const saveAgain = 'Save it again with a PyTorch of 1.6 or later, or choose the same weights as a safetensors file.';
const getAgain = 'Get the file again from its source.';
const otherFile = 'Choose the same weights as a safetensors file: those hold numbers and nothing else.';

const advice: Partial<Readonly<Record<PthReason, string>>> = {
  legacy: saveAgain, 'byte-order': saveAgain, compressed: getAgain, truncated: getAgain, 'not-archive': getAgain, 'storage-size': getAgain, 'missing-storage': getAgain,
};

export function refusePth(reason: PthReason, detail: string, name = ''): never {
  throw new StudioError('unreadable', `weights.pth-${reason}`, { detail, name },
    `This .pth file is not opened: ${detail}${name ? ` (${name.slice(0, 80)})` : ''}. ${advice[reason] ?? otherFile}`);
}
