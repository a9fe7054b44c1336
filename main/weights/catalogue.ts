// The pretrained weights that Fovea knows: where they come from, how many bytes, which checksum and licence, and how pictures must be prepared for them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import { Sha256 } from '#contract/records.ts';
import { Preprocessing } from '#contract/runs.ts';
import { z } from 'zod';
import { resourcesFolder } from '../home.ts';

const Location = z.discriminatedUnion('kind', [
  /** Ships with Fovea; path below the resources folder. */
  z.object({ kind: z.literal('embedded'), file: z.string() }),
  /** Fetched when a person asks for it, once for all projects. */
  z.object({ kind: z.literal('download'), url: z.url({ protocol: /^https$/ }) }),
]);

export const WeightsEntry = z.object({
  /** timm's name with its tag, e.g. `resnet18.a1_in1k`; torchvision's own files have the tag `tv_in1k`. Also the name of the downloaded file. */
  id: z.string().regex(/^[a-z0-9][a-z0-9_.]*$/),
  backbone: z.string(),
  location: Location,
  bytes: z.number().int().positive(),
  /** False: `bytes` was computed from the tensors and may be some bytes off. */
  exact: z.boolean(),
  /** Null: not seen yet; see download.ts for what is checked instead. */
  sha256: Sha256.nullable(),
  /** SPDX identifier. */
  license: z.string(),
  /** Page for people. */
  source: z.url(),
  preprocessing: Preprocessing,
  /** ImageNet accuracy in per cent at this preprocessing, and the page that states it. */
  top1: z.number().min(0).max(100).nullable(),
  top1Source: z.url().nullable(),
});
export type WeightsEntry = z.infer<typeof WeightsEntry>;

const Catalogue = z.object({ format: z.literal(1), weights: z.array(WeightsEntry) });

/** All entries, in the order of the file: the first one of a backbone is its default. */
export function catalogue(resources: string = resourcesFolder): readonly WeightsEntry[] {
  return Catalogue.parse(JSON.parse(readFileSync(join(resources, 'catalogue.json'), 'utf8'))).weights;
}

/** @throws StudioError not-found, listing what there is */
export function weightsEntry(id: string, resources: string = resourcesFolder): WeightsEntry {
  const entries = catalogue(resources);
  const found = entries.find((entry) => entry.id === id);
  if (found) return found;
  const list = entries.map((entry) => entry.id).join(', ');
  throw new StudioError('not-found', 'weights.unknown', { id, list }, `There are no weights called ${id}. Give the path of a safetensors or .pth file, or one of ${list}.`);
}
