// What the model says of the same few validation pictures after every epoch, put together from their tiles.
import type { Mask } from '#contract/geometry.ts';
import { encode } from '../../masks/index.ts';
import type { MaskRun } from './run.ts';
import { labelledSize, scaledSize } from './scaled.ts';

/** Pictures that are shown. */
const shown = 4;

export interface Preview {
  /** @param said the likeliest map of every pixel of every tile */
  add(members: readonly number[], said: Uint8Array): void;
  /** Run lengths per class. */
  pictures(): { imageId: string; masks: Mask[] }[];
}

export function createPreview({ validation, examples, document: { images, classes, preprocessing: { size: [height, width], tiles } } }: Pick<MaskRun, 'validation' | 'examples' | 'document'>): Preview {
  const chosen = new Set([...new Set(validation.map((example) => examples[example]!.picture))].slice(0, shown));
  const maps = new Map([...chosen].map((picture) => {
    const extent = scaledSize(labelledSize(images[picture]!.labels!), tiles?.scale ?? 1);
    return [picture, { ...extent, labels: new Uint8Array(extent.width * extent.height) }] as const;
  }));
  return {
    add(members, said) {
      members.forEach((member, i) => {
        const { picture, place } = examples[member]!, map = maps.get(picture);
        if (!map || !place) return;
        const [top, left] = place, rows = Math.min(height, map.height - top), columns = Math.min(width, map.width - left);
        for (let y = 0; y < rows; y++) map.labels.set(said.subarray((i * height + y) * width, (i * height + y) * width + columns), (top + y) * map.width + left);
      });
    },
    pictures: () => [...maps].map(([picture, map]) => ({
      imageId: images[picture]!.id,
      masks: classes.map((_, c) => encode(map.labels.map((label) => (label === c + 1 ? 1 : 0)), map.width, map.height)),
    })),
  };
}
