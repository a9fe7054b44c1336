// The list of backbones with their weights, and which of these are on this machine.
import type { BackboneRecord } from '#contract/plan.ts';
import { describeBackbone, variants } from '../nets/index.ts';
import { catalogue } from './catalogue.ts';
import type { WeightsEntry } from './catalogue.ts';
import { presentSha256 } from './locate.ts';
import type { Places } from './locate.ts';

export async function backboneRecords(places: Places): Promise<BackboneRecord[]> {
  const entries = catalogue(places.resources);
  return Promise.all(variants.map(async (variant) => {
    const own = entries.filter((entry) => entry.backbone === variant.id);
    return describeBackbone(variant, await Promise.all(own.map((entry) => weightsRecord(entry, places))));
  }));
}

async function weightsRecord(entry: WeightsEntry, places: Places): Promise<BackboneRecord['weights'][number]> {
  const present = await presentSha256(entry, places);
  return {
    id: entry.id,
    embedded: entry.location.kind === 'embedded',
    present: present !== null,
    bytes: entry.bytes,
    sha256: entry.sha256 ?? present,
    license: entry.license,
    source: entry.source,
    top1: entry.top1,
    top1Source: entry.top1Source,
  };
}
