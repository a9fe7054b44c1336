// A tile of a picture with its masks, as random changes would show both to a network for masks: the preview of an augmentation, by the code that training uses.
import type { Mask } from '#contract/geometry.ts';
import { annotationsOf, classes, image } from '../db/index.ts';
import type { Project } from '../db/index.ts';
import { encodeWebp } from '../images/index.ts';
import type { Rendering } from '../images/index.ts';
import { augment, presetIds, warpLabels } from '../learning/augment/index.ts';
import type { Change, PresetId } from '../learning/augment/index.ts';
import { drawPlace, maskAugmentation, scaledLabels, scaledPicture, tileChange } from '../learning/segmentation/index.ts';
import { encode, ignoreClass, ignored, labelMap, maskClasses } from '../masks/index.ts';

/** `tile-PRESET-SEED-TURN-SIDE-PERMILLE`: the turn counts changed views, from 0; sides in pixels after scaling to so many thousandths. With the preset `none` the tile is unchanged. */
export type TileView = `tile-${string}`;

export interface TileChoice {
  readonly preset: PresetId;
  readonly seed: number;
  readonly side: number;
  /** The picture is made so many times its size first. */
  readonly scale: number;
}

const pattern = new RegExp(`^tile-(${presetIds.join('|')})-(\\d{1,15})-(\\d{1,3})-(\\d{2,4})-(\\d{1,4})$`);

export const isTileView = (text: string): text is TileView => pattern.test(text);

export async function changedTile(project: Project, imageId: string, view: TileView): Promise<Rendering> {
  const [, preset = '', seed, turn, side, permille] = pattern.exec(view) ?? [];
  const choice: TileChoice = { preset: presetOf(preset), seed: Number(seed), side: Number(side), scale: Number(permille) / 1000 };
  const { picture, change } = await changeOf(project, imageId, choice, Number(turn));
  const { data } = augment(picture, change, [choice.side, choice.side]);
  return { bytes: await encodeWebp({ width: choice.side, height: choice.side, channels: 3, data }, 85), type: 'image/webp' };
}

/** The masks of the same tile, by the same change: one for each class that is in it, `ignore` included. */
export async function changedMasks(project: Project, imageId: string, choice: TileChoice, turn: number): Promise<{ classId: string; mask: Mask }[]> {
  const { picture, change } = await changeOf(project, imageId, choice, turn), all = classes(project.db);
  const labels = warpLabels(picture.labels, picture, change, [choice.side, choice.side]);
  const values = [...maskClasses(all).map(({ id }, index) => [id, index + 1] as const), ...all.filter(({ name }) => name === ignoreClass).map(({ id }) => [id, ignored] as const)];
  return values.flatMap(([classId, value]) => (labels.includes(value) ? [{ classId, mask: encode(labels.map((label) => (label === value ? 1 : 0)), choice.side, choice.side) }] : []));
}

export function presetOf(text: string): PresetId {
  return presetIds.find((id) => id === text) ?? 'none';
}

/** One place on an object for all views, so that it is seen what changes there. */
async function changeOf({ db, blobs }: Project, imageId: string, { preset, seed, side, scale }: TileChoice, turn: number) {
  const { sha256, width, height } = image(db, imageId);
  const map = { width, height, labels: labelMap(annotationsOf(db, imageId), classes(db), width, height) };
  const pixels = await scaledPicture(await blobs.get(sha256), { channels: 3, interpolation: 'bilinear', tiles: { scale, margin: 0 } });
  const picture = { ...pixels, labels: scaledLabels(map, pixels) }, window = { width: side, height: side };
  const place = drawPlace(picture, window, 1, seed, sha256, 0);
  const change: Change = tileChange(picture, { key: sha256, place }, preset === 'none' ? null : turn, { size: [side, side], augmentation: maskAugmentation(preset), seed, foreground: 1 });
  return { picture, change };
}
