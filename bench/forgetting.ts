// What a network forgets when it learns something new, plainly and with each cure: another site, or other classes, of the sample; and ImageNet's ants and bees after ultrasound pictures.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobImage } from '#contract/jobs.ts';
import { openBlobs } from '../main/blobs/index.ts';
import type { Blobs } from '../main/blobs/index.ts';
import { share, table } from '../main/cli/output.ts';
import { underOldHead } from '../main/lessons/old-head.ts';
import { classes, drawSample, planSample } from '../main/sample/index.ts';
import { imagenet } from './imagenet.ts';
import { accuracy, arms, common, divided, heldOut, learned, made, percent, startDocument } from './updates.ts';

const pictures = 300, size = 96;

/** What a model knows, and what it is to learn. */
interface Update {
  readonly old: Task;
  readonly next: Task;
}
interface Task {
  readonly classes: readonly string[];
  readonly images: readonly JobImage[];
}

export async function forgetting({ seeds, only }: { readonly seeds: number; readonly only: string | undefined }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-bench-'));
  try {
    const blobs = openBlobs(join(folder, 'blobs'));
    const wants = (part: string) => only === undefined || only === part;
    if (wants('sites') || wants('classes')) await drawSample(join(folder, 'drawn'), { seed: 1, pictures });
    if (wants('sites')) await updates('another site: A, then B', seeds, blobs, async (seed) => {
      const images = await sampleImages(folder, blobs, seed), of = (site: string): Task => ({ classes, images: images.filter((image) => image.site === site) });
      return { old: of('A'), next: of('B') };
    });
    if (wants('classes')) await updates(`other classes: ${classes[0]} or ${classes[1]}, then ${classes[1]} or ${classes[2]}; no ${classes[0]} is seen any more`, seeds, blobs, async (seed) => {
      const images = await sampleImages(folder, blobs, seed);
      return { old: pairOf(images, [0, 1]), next: pairOf(images, [1, 2]) };
    });
    if (wants('imagenet')) await imagenet(blobs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type SampleImage = JobImage & { readonly site: string };

/** Subjects of each site are divided by themselves. */
async function sampleImages(folder: string, blobs: Blobs, seed: number): Promise<SampleImage[]> {
  const planned = planSample(1, pictures);
  const partitions = new Map((['A', 'B'] as const).flatMap((site) => divided([...new Set(planned.filter(({ subject }) => subject.site === site).map(({ subject }) => subject.id))], seed)));
  return Promise.all(planned.map(async ({ name, cell, subject }) => ({
    id: name, source: { blob: await blobs.put(readFileSync(join(folder, 'drawn', 'pictures', `${name}.jpg`))) }, partition: partitions.get(subject.id)!, targets: [classes.indexOf(cell)], group: subject.id, site: subject.site,
  })));
}

function pairOf(images: readonly JobImage[], pair: readonly number[]): Task {
  return { classes: pair.map((c) => classes[c]!), images: images.flatMap((image) => (pair.includes(image.targets[0]!) ? [{ ...image, targets: [pair.indexOf(image.targets[0]!)] }] : [])) };
}

/** The old score is that of the same head where the classes are the same, and else that of the old head on the new backbone. */
async function updates(what: string, seeds: number, blobs: Blobs, draw: (seed: number) => Promise<Update>): Promise<void> {
  console.log(what);
  const rows: string[][] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { old, next } = await draw(seed), sameClasses = old.classes.join() === next.classes.join();
    const base = await startDocument(blobs, { classes: [...old.classes], size, seed });
    const parent = (await made({ ...base, strategy: 'lp-ft', values: { augmentation: 'none' }, images: learned(old.images) }, blobs)).model;
    const before = await accuracy(base, parent, heldOut(old.images), blobs);
    let plain: number | null = null;
    for (const { name, strategy, values } of arms) {
      const run = {
        ...base, classes: [...next.classes], strategy, values: { ...common, learningRate: 0.02, epochs: 10, ...values }, images: learned(next.images), weights: { ...base.weights, delta: parent.delta },
        parent: { id: 'old', name: 'old', folder: '', project: 'old', task: 'classification' as const, classes: [...old.classes], dataset: '0'.repeat(64), delta: parent.delta, head: parent.head, images: learned(old.images) },
      };
      const { model, checkpoint } = await made(run, blobs);
      const kept = sameClasses ? model : await underOldHead(run, parent, checkpoint!, blobs); // a run with steps has one
      const [a, b] = [await accuracy(base, kept, heldOut(old.images), blobs), await accuracy(run, model, heldOut(next.images), blobs)];
      plain ??= b;
      rows.push([String(seed), name, `${share(before)} -> ${share(a)}`, share(b), percent(a / before), percent(b / plain), a / before >= 0.9 && b / plain >= 0.95 ? 'both' : '']);
      console.log(rows.at(-1)!.join('  '));
    }
  }
  console.log(`\n${table(['seed', 'method', 'old, held out', 'new, held out', 'of the old score', 'of the plain new score', '>= 90 % and >= 95 %'], rows).join('\n')}\n`);
}
