// What a model for masks gave every pixel of a picture that it was measured on: a grey PNG as it was kept.
import type { Project } from '../db/index.ts';
import type { Rendering } from '../images/index.ts';
import { keptProbabilities } from '../jobs/mask-comparisons.ts';

/** `said-MODEL`. */
export type SaidView = `said-${string}`;

const pattern = /^said-([\w-]{1,100})$/;

export const isSaidView = (text: string): text is SaidView => pattern.test(text);

/** Throws `not-found` where the model was not measured on the picture. */
export async function saidPicture(project: Project, imageId: string, view: SaidView): Promise<Rendering> {
  return { bytes: await keptProbabilities(project, pattern.exec(view)?.[1] ?? '', imageId), type: 'image/png' };
}
