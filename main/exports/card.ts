// The card that lies beside an exported model: what it is, how to use it, and how it was checked.
import type { ExportDocument } from '#contract/jobs.ts';
import type { Preprocessing } from '#contract/records.ts';
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
export function preprocessingSteps({ size: [height, width], channels, cropShare, interpolation, mean, std }: Preprocessing): readonly string[] {
  const cover = [Math.floor(height / cropShare), Math.floor(width / cropShare)];
  return [
    'Turn the picture upright by its EXIF orientation.',
    channels === 1 ? 'Make it gray.' : 'Make it RGB, without alpha.',
    `Resize it (${interpolation}, antialiased), keeping its proportions, until it just covers ${cover[0]} x ${cover[1]} (height x width).`,
    `Cut out the central ${height} x ${width}.`,
    `Divide by 255, subtract ${mean.join(', ')} and divide by ${std.join(', ')} per channel.`,
  ];
}
