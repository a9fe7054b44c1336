// The list of backbones with their weights, and which of these are on this machine.
import type { BackboneRecord } from '#contract/plan.ts';
import type { Task } from '#contract/records.ts';
import { describeBackbone, variants } from '../nets/index.ts';
import { describeSegmenter, segmenters } from '../nets/segmenters.ts';
import { catalogue } from './catalogue.ts';
import type { WeightsEntry } from './catalogue.ts';
import { presentSha256 } from './locate.ts';
import type { Places } from './locate.ts';
import { measuredTimes } from './times.ts';

/** @param task for masks, the U-Nets: their weights are those of their encoders */
export async function backboneRecords(places: Places, task: Task = 'classification'): Promise<BackboneRecord[]> {
  const entries = catalogue(places.resources);
  const weightsOf = (id: string) => Promise.all(entries.filter((entry) => entry.backbone === id).map((entry) => weightsRecord(entry, places)));
  const time = await measuredTimes(places.home, task);
  if (task === 'segmentation') return Promise.all(segmenters().map(async (one) => ({ ...describeSegmenter(one, await weightsOf(one.id)), time: time(one.id) })));
  return Promise.all(variants.map(async (variant) => ({ ...describeBackbone(variant, await weightsOf(variant.id)), time: time(variant.id) })));
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
