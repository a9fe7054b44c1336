// A picture as random changes would show it to a network: the preview of an augmentation, by the code that training uses.
import { encodeWebp, prepare } from '../images/index.ts';
import type { Rendering } from '../images/index.ts';
import { augment, drawChange, preset, presetIds } from '../learning/augment/index.ts';

/** `changed-PRESET-SEED-TURN`; with the preset `none`, the picture as the network gets it unchanged. */
export type ChangedView = `changed-${string}`;

const side = 160;
/** What most backbones keep of the short side. */
const cropShare = 0.875;
const pattern = new RegExp(`^changed-(${presetIds.join('|')})-(\\d{1,15})-(\\d{1,3})$`);

export const isChangedView = (text: string): text is ChangedView => pattern.test(text);

/** @param name of the picture for good, as in training: the sha256 of its bytes */
export async function changedPicture(bytes: Uint8Array, name: string, view: ChangedView): Promise<Rendering> {
  const [, id = 'none', seed = '', turn = ''] = pattern.exec(view) ?? [];
  const framing = { channels: 3, interpolation: 'bicubic' } as const;
  const data = id === 'none' ? await prepare(bytes, { ...framing, size: [side, side], cropShare }) : await changed(id, Number(seed), Number(turn));
  return { bytes: await encodeWebp({ width: side, height: side, channels: 3, data }, 85), type: 'image/webp' };

  async function changed(presetId: string, seedNumber: number, turnNumber: number): Promise<Uint8Array> {
    const wide = Math.floor(side / cropShare);
    const pixels = { width: wide, height: wide, channels: 3, data: await prepare(bytes, { ...framing, size: [wide, wide], cropShare: 1 }) };
    return augment(pixels, drawChange(preset(presetId), seedNumber, name, turnNumber), [side, side]).data;
  }
}
