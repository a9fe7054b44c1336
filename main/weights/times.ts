// How long a picture takes through each network, as it was measured on this machine.
import { join } from 'node:path';
import { BackboneTime } from '#contract/plan.ts';
import type { Task } from '#contract/records.ts';
import { keepRecord, readRecords } from '../home-records.ts';

/** More networks than there are. */
const most = 500;

const fileOf = (home: string) => join(home, 'backbone-times.json');
/** A network for masks is another one than that for whole pictures. */
const keyOf = (task: Task, backbone: string) => (task === 'segmentation' ? `segmentation/${backbone}` : backbone);

/** What was measured, if it was. */
export async function measuredTimes(home: string, task: Task): Promise<(backbone: string) => BackboneTime | null> {
  const times = await readRecords(fileOf(home), BackboneTime);
  return (backbone) => times[keyOf(task, backbone)] ?? null;
}

/** Takes the place of what was measured before. */
export function keepTime(home: string, task: Task, backbone: string, time: BackboneTime): Promise<void> {
  return keepRecord(fileOf(home), BackboneTime, keyOf(task, backbone), time, most);
}
