// Kill -9 at random moments of strokes, of training a U-Net and of proposing masks: nothing acknowledged may be lost, and a resumed run must end with the same bytes.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Change } from '#contract/patch.ts';
import type { AnnotationRecord } from '#contract/records.ts';
import { foveaDocument, foveaJson } from '../build/fovea-process.ts';
import { ended } from '../e2e/ended.ts';
import { Host } from '../e2e/host.ts';
import { writeGreyPng } from '../main/formats/masks/png.ts';
import { loopbackLink } from '../main/host/loopback-link.ts';
import type { LoopbackLink } from '../main/host/loopback-link.ts';
import { encode, sameMask } from '../main/masks/index.ts';
import { stream } from '../main/random.ts';
import { exportedSha256, killed } from './killed.ts';

const side = 96, pictures = 16, labelled = 12;
const strategy = ['--backbone', 'cbr_tiny', '--weights', 'none', '--strategy', 'from-scratch', '--threads', '1', '--set', 'epochs=4', '--set', 'tile=96', '--set', 'batchSize=3', '--set', 'learningRate=.005'];

/** @param times kills of each kind */
export async function maskKills({ times }: { readonly times: number }): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'fovea-mask-kills-'));
  try {
    const base = await discs(work);
    await training(base, work, times);
    await strokes(base, times);
    await proposals(join(work, 'whole'), times);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Bright discs on a dark, grainy ground; the last pictures have no masks. @returns the folder of a project with a split */
async function discs(work: string): Promise<string> {
  const place = join(work, 'pictures'), masks = join(work, 'masks'), base = join(work, 'base');
  for (const one of [place, masks]) mkdirSync(one);
  for (let i = 0; i < pictures; i++) {
    const draw = stream(i, 'mask-kills'), x = 24 + draw.integer(0, 48), y = 24 + draw.integer(1, 48), radius = 8 + draw.integer(2, 12);
    const on = (pixel: number) => Math.hypot(pixel % side - x, Math.floor(pixel / side) - y) < radius, name = `${String(i).padStart(2, '0')}.png`;
    writeFileSync(join(place, name), await writeGreyPng(Uint8Array.from({ length: side * side }, (_, pixel) => (on(pixel) ? 190 : 60) + 30 * draw.uniform(100 + pixel)), side, side));
    if (i < labelled) writeFileSync(join(masks, name), await writeGreyPng(Uint8Array.from({ length: side * side }, (_, pixel) => (on(pixel) ? 255 : 0)), side, side));
  }
  await foveaJson('create', base, '--task', 'segmentation');
  await foveaJson('import', base, place, '--labels', masks, '--format', 'masks');
  await foveaJson('split', base, '--test', '0');
  return base;
}

async function training(base: string, work: string, times: number): Promise<void> {
  const whole = join(work, 'whole'), delays = stream(1, 'mask-kills/training');
  cpSync(base, whole, { recursive: true });
  const began = performance.now();
  await foveaJson('train', whole, ...strategy);
  const trainMs = performance.now() - began, expected = await exportedSha256(whole, join(work, 'whole.onnx'), 'onnx');
  let equal = 0, cuts = 0, lost = 0;
  for (let i = 0; i < times; i++) {
    const project = join(work, `train-${i}`);
    cpSync(base, project, { recursive: true });
    let { lines, finished } = await killed(['train', project, ...strategy], 500 + delays.uniform(i) * trainMs);
    while (!finished) {
      cuts++;
      const run = (await foveaDocument<{ runs: { id: string }[] }>('runs', project)).runs.at(-1);
      if (lines.some((line) => line.includes('"type":"epoch"')) && !run) lost++;
      ({ lines, finished } = await killed(['train', project, ...(run ? ['--resume', run.id] : strategy)], 1e9));
    }
    if (await exportedSha256(project, join(work, `train-${i}.onnx`), 'onnx') === expected) equal++;
    rmSync(project, { recursive: true, force: true });
  }
  console.log(`training: ${cuts} cuts in ${times} runs; ${equal} of ${times} ended with the same bytes as the uninterrupted run; ${lost} acknowledged runs lost`);
}

/** What is there after a kill is what the log says, and the log has everything that was acknowledged. @returns how many acknowledged changes are missing */
async function missing(link: LoopbackLink, projectId: string, acknowledged: ReadonlySet<string>): Promise<number> {
  const { patches } = await link.call('patch.since', { projectId, sequence: 0 }), kept = new Set(patches.map(({ patch }) => patch.id));
  const last = new Map(patches.flatMap(({ patch }) => patch.changes.flatMap((change) => (change.of === 'annotation' ? [[change.id, change.to] as const] : []))));
  const rows = await link.call('image.rows', { projectId, ids: await link.call('image.ids', { projectId, filter: {} }) }), there = new Map(rows.flatMap(({ annotations }) => annotations.map((one) => [one.id, one] as const)));
  for (const [id, to] of last) {
    const now = there.get(id) ?? null, same = now === null || to === null ? now === to : now.geometry?.shape === 'mask' && to.geometry?.shape === 'mask' && sameMask(now.geometry, to.geometry);
    if (!same) throw new Error(`the annotation ${id} is not what the last change says`);
  }
  const { firstBad } = await link.call('patch.verify', { projectId });
  if (firstBad !== null) throw new Error(`row ${firstBad} of the record of changes does not follow from the one before`);
  return [...acknowledged].filter((id) => !kept.has(id)).length;
}

/** A hand that draws one stroke after the other until the line breaks. */
async function scribble(link: LoopbackLink, projectId: string, round: number, acknowledged: Set<string>): Promise<void> {
  const draw = stream(round, 'mask-kills/strokes'), [one] = await link.call('class.list', { projectId }), ids = await link.call('image.ids', { projectId, filter: {} });
  let now: AnnotationRecord | null = null;
  try {
    for (let i = 0; ; i++) {
      const from = draw.integer(2 * i, side * side - 400), bits = Uint8Array.from({ length: side * side }, (_, pixel) => Number(pixel >= from && pixel < from + 400 && pixel % 7 < 5));
      const to: AnnotationRecord = { id: now?.id ?? crypto.randomUUID(), imageId: ids.at(-1)!, classId: one!.id, geometry: encode(bits, side, side), source: 'person', reader: null, modelId: null };
      const change: Change = { of: 'annotation', id: to.id, from: now, to }, patch = { id: crypto.randomUUID(), title: 'a stroke', changes: [change] };
      await link.call('patch.apply', { projectId, patch, reader: null, origin: null });
      acknowledged.add(patch.id);
      now = to;
    }
  } catch (error) {
    if (!(error instanceof Error && 'key' in error && error.key === 'link.lost')) throw error;
  }
}

async function strokes(base: string, times: number): Promise<void> {
  const acknowledged = new Set<string>(), moments = stream(2, 'mask-kills/moments');
  const lost = await onHost(base, async (host, projectId) => {
    let gone = 0;
    for (let round = 0; round < times; round++) {
      const link = await loopbackLink(host.door), hand = scribble(link, projectId, round, acknowledged);
      await new Promise((done) => setTimeout(done, 200 + moments.uniform(round) * 2000));
      await host.kill();
      await hand;
      await host.start();
      const again = await loopbackLink(host.door);
      gone = await missing(again, projectId, acknowledged);
      again.close();
    }
    return gone;
  });
  console.log(`strokes: ${times} kills; ${lost} of ${acknowledged.size} acknowledged strokes lost`);
}

/** The host is killed while a model draws on all open pictures and a hand draws beside it; then the model is asked again. */
async function proposals(trained: string, times: number): Promise<void> {
  const acknowledged = new Set<string>(), moments = stream(3, 'mask-kills/moments');
  let complete = 0;
  const lost = await onHost(trained, async (host, projectId) => {
    let gone = 0;
    for (let round = 0; round < times; round++) {
      let link = await loopbackLink(host.door);
      const [model] = await link.call('model.list', { projectId }), ids = await link.call('image.ids', { projectId, filter: {} });
      const ask = () => link.call('model.proposeMasks', { projectId, modelId: model!.id, imageIds: ids });
      await ask();
      const hand = scribble(link, projectId, 1000 + round, acknowledged);
      await new Promise((done) => setTimeout(done, moments.uniform(round) * 4000));
      await host.kill();
      await hand;
      await host.start();
      link = await loopbackLink(host.door);
      gone = await missing(link, projectId, acknowledged);
      const { jobId } = await ask();
      await ended(link, projectId, jobId);
      if ((await link.call('model.maskProposals', { projectId, jobId })).length === ids.length) complete++;
      link.close();
    }
    return gone;
  });
  console.log(`proposals: ${times} kills; ${lost} of ${acknowledged.size} strokes acknowledged meanwhile lost; asked again, the model drew on all pictures ${complete} of ${times} times`);
}

/** Runs a host on a copy of a project. */
async function onHost<T>(project: string, work: (host: Host, projectId: string) => Promise<T>): Promise<T> {
  const host = new Host((folder) => {
    cpSync(project, join(folder, 'project'), { recursive: true });
    return join(folder, 'project');
  });
  try {
    await host.start();
    const link = await loopbackLink(host.door), { id } = await link.call('project.open', { folder: host.project! });
    link.close();
    return await work(host, id);
  } finally {
    await host.end();
  }
}
