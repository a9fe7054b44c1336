// The card that lies beside an exported model: what it is, how to use it, and how it was checked.
import type { ExportDocument } from '#contract/jobs.ts';
import type { Preprocessing } from '#contract/runs.ts';
import { gridStep } from '../learning/segmentation/index.ts';
import type { SelfTest } from './self-test.ts';
import type { SavedFile } from './outbox.ts';

/** What one format says of its file. */
export interface FileFacts {
  readonly format: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  /** Lines of Python that open it. */
  readonly open: readonly string[];
}

export const researchUse = 'For research use only. Not for use in diagnostic procedures.';

/** What the studio knows of the model comes first, so that what holds for this very file has the last word. The same export gives the same text. */
export function cardText({ card, task, classes, backbone, preprocessing }: ExportDocument, file: SavedFile & { readonly name: string }, facts: FileFacts, selfTest: SelfTest): string {
  return `${JSON.stringify({
    kind: 'fovea-model-card', version: 1, use: researchUse,
    ...card,
    task, classes, backbone,
    preprocessing: { ...preprocessing, steps: preprocessingSteps(preprocessing) },
    file: { name: file.name, bytes: file.bytes, sha256: file.sha256, format: facts.format },
    input: facts.input, output: facts.output, open: facts.open,
    selfTest,
  }, null, 2)}\n`;
}

/** How a picture becomes the input, in words. */
export function preprocessingSteps(preprocessing: Preprocessing): readonly string[] {
  const { size: [height, width], channels, cropShare, interpolation, mean, std, tiles } = preprocessing;
  if (tiles) return tileSteps(preprocessing, tiles);
  const cover = [Math.floor(height / cropShare), Math.floor(width / cropShare)];
  return [
    'Turn the picture upright by its EXIF orientation.',
    channels === 1 ? 'Make it gray.' : 'Make it RGB, without alpha.',
    `Resize it (${interpolation}, antialiased), keeping its proportions, until it just covers ${cover[0]} x ${cover[1]} (height x width).`,
    `Cut out the central ${height} x ${width}.`,
    `Divide by 255, subtract ${mean.join(', ')} and divide by ${std.join(', ')} per channel.`,
  ];
}

/** The recipe of a network for masks: how a picture becomes tiles, and how their maps become one. */
function tileSteps({ size: [height, width], channels, interpolation, mean, std }: Preprocessing, { scale, margin }: NonNullable<Preprocessing['tiles']>): readonly string[] {
  return [
    'Turn the picture upright by its EXIF orientation.',
    channels === 1 ? 'Make it gray.' : 'Make it RGB, without alpha.',
    ...(scale === 1 ? [] : [`Make it ${scale} times its size (${interpolation}, antialiased).`]),
    `Cut tiles of ${height} x ${width} whose origins lie ${height - 2 * margin} rows and ${width - 2 * margin} columns apart, beginning at the top left corner, until they cover the picture; the last ones end where the picture does, its sides made up to multiples of ${gridStep}, and beyond its edges continue with its mirror image.`,
    `Divide by 255, subtract ${mean.join(', ')} and divide by ${std.join(', ')} per channel.`,
    `Weigh the probabilities of each pixel of a tile along each axis: 1, but towards an edge that has a neighbour clamp((distance - ${margin}) / ${gridStep} + 0.5, 0, 1), with the distance of the pixel's centre from that edge. Multiply both axes, add the tiles up, and divide by the sum of the weights.`,
    ...(scale === 1 ? [] : ['Enlarge the likeliest class of each pixel to the size of the picture (nearest neighbour).']),
  ];
}
