// Random changes of training pictures: ranges as data, draws as data, and carrying them out.
import type { Change } from './draw.ts';
import type { Pixels } from './pixels.ts';
import { addNoise, adjustGamma, adjustTone, blur, erase, turnHue } from './tone.ts';
import { warp } from './warp.ts';

export { preset, presetIds, presets } from './presets.ts';
export type { Augmentation, PresetId } from './presets.ts';
export { drawChange } from './draw.ts';
export type { Change } from './draw.ts';
export type { Pixels } from './pixels.ts';
export { warpLabels, warpNumbers } from './warp.ts';

/** Carries out a change. @param size of the result: [height, width] */
export function augment(picture: Pixels, change: Change, size: readonly [height: number, width: number]): Pixels {
  const toned = adjustTone(turnHue(adjustGamma(warp(picture, change, size), change.gamma), change.hue), change);
  return erase(addNoise(blur(toned, change.blur), change.noise, change.grain), change.erase);
}
