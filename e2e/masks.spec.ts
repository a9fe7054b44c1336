// Masks: drawn by pointer and by the keys of every tool, taken back, done again, still there after a reload, and proposed by a model that was trained on the others.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Link } from '#contract/api.ts';
import type { AnnotationRecord } from '#contract/records.ts';
import { area } from '#contract/masks/runs.ts';
import { writeGreyPng } from '../main/formats/masks/png.ts';
import { inProcessLink } from '../main/host/in-process.ts';
import { loopbackLink } from '../main/host/loopback-link.ts';
import { nodePlatform } from '../main/host/node-platform.ts';
import { stream } from '../main/random.ts';
import { createStudio } from '../main/studio.ts';
import { ended } from './ended.ts';
import { expect, test } from './fixture.ts';
import { makeHome } from './host.ts';

const side = 64, radius = 14, open = 4, labelled = 10;
/** A disc lies in the middle of every picture. */
const onDisc = (pixel: number) => Math.hypot(pixel % side - side / 2, Math.floor(pixel / side) - side / 2) < radius;
const disc = Uint8Array.from({ length: side * side }, (_, pixel) => (onDisc(pixel) ? 255 : 0));
const discArea = disc.filter(Boolean).length;

/** Bright discs on a dark, grainy ground: the first pictures wait for masks, on the others a tiny U-Net was trained. */
async function discs(folder: string): Promise<{ readonly project: string; readonly projectId: string }> {
  const pictures = join(folder, 'pictures'), masks = join(folder, 'masks'), project = join(folder, 'Discs');
  for (const one of [folder, pictures, masks]) await mkdir(one);
  for (let i = 0; i < open + labelled; i++) {
    const draw = stream(i, 'e2e/discs'), name = `${i < open ? 'a' : 'b'}${String(i).padStart(2, '0')}.png`;
    await writeFile(join(pictures, name), await writeGreyPng(Uint8Array.from({ length: side * side }, (_, pixel) => (onDisc(pixel) ? 190 : 60) + 16 * draw.uniform(pixel)), side, side));
    if (i >= open) await writeFile(join(masks, name), await writeGreyPng(disc, side, side));
  }
  const studio = await createStudio(nodePlatform({ home: makeHome(folder) }));
  try {
    const link = inProcessLink(studio), { id: projectId } = await link.call('project.create', { folder: project, name: 'Discs', task: 'segmentation' });
    await ended(link, projectId, (await link.call('image.import', { projectId, options: { paths: [pictures], labels: masks, format: 'masks' } })).jobId);
    await link.call('split.make', { projectId, options: { test: 0 } });
    await ended(link, projectId, (await link.call('run.start', { projectId, options: { backbone: 'cbr_tiny', weights: 'none', strategy: 'from-scratch', values: { epochs: 6, tile: 64, batchSize: 2, augmentation: 'none', learningRate: 0.005 } } })).jobId);
    return { project, projectId };
  } finally {
    await studio.close();
  }
}

async function opened(page: Page, project: string): Promise<void> {
  await page.keyboard.press('Control+o');
  await page.getByLabel('Path of the folder').fill(project);
  await page.getByRole('button', { name: 'Open this folder' }).click();
  await expect(page.getByRole('button', { name: /Discs/ })).toBeVisible();
  await page.keyboard.press('Alt+2');
  await expect(page.getByText(`1 of ${open + labelled}`)).toBeVisible();
  await page.locator('canvas.masks').waitFor();
}

/** What is stored of a picture, once all is saved. */
async function stored(page: Page, link: Link, projectId: string, at: number): Promise<readonly AnnotationRecord[]> {
  await expect(page.locator('[role=status][aria-busy=false]').getByText(/^Saved/)).toBeVisible();
  const ids = await link.call('image.ids', { projectId, filter: {} });
  return (await link.call('image.rows', { projectId, ids: [ids[at]!] }))[0]!.annotations;
}
const areas = (annotations: readonly AnnotationRecord[]) => annotations.map(({ geometry }) => (geometry?.shape === 'mask' ? area(geometry) : null));

/** How many pixels of the view the masks are drawn on. */
const painted = (page: Page) => page.locator('canvas.masks').evaluate((canvas) => {
  const { width, height } = canvas as HTMLCanvasElement; // told by its selector
  return (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data.filter((value, i) => i % 4 === 3 && value > 0).length;
});

async function keys(page: Page, ...pressed: readonly string[]): Promise<void> {
  for (const key of pressed) await page.keyboard.press(key);
}

test('masks are drawn by pointer and by the keys of every tool, taken back, done again, proposed by a model, and kept', async ({ studio: page, host }) => {
  const { project, projectId } = await discs(join(host.folder, 'own'));
  await opened(page, project);
  const drawn = (n: number) => expect(page.getByText(`${n} drawn`, { exact: true })).toBeVisible(), link = await loopbackLink(host.door);
  const now = (at: number) => stored(page, link, projectId, at);

  await test.step('a stroke of the mouse is one step', async () => {
    const { x, y, width, height } = (await page.locator('.view img').boundingBox())!;
    await keys(page, 'b');
    await page.mouse.move(x + 0.3 * width, y + 0.3 * height);
    await page.mouse.down();
    await page.mouse.move(x + 0.7 * width, y + 0.7 * height, { steps: 5 });
    await page.mouse.up();
    await drawn(1);
    const [first] = areas(await now(0));
    expect(first).toBeGreaterThan(24 * 0.4 * side); // a brush of 24 pixels, pulled over more than two fifths of the picture
    await keys(page, 'z');
    await drawn(0);
    await keys(page, 'Shift+Z');
    await drawn(1);
    expect(areas(await now(0))).toEqual([first]);
    await page.reload();
    await page.locator('canvas.masks').waitFor();
    await drawn(1);
    expect(await painted(page)).toBeGreaterThan(0);
    await page.keyboard.down('h');
    await expect.poll(() => painted(page)).toBe(0);
    await page.keyboard.up('h');
    await expect.poll(() => painted(page)).toBeGreaterThan(0);
  });

  await test.step('each tool works where the keys put it', async () => {
    await keys(page, 'ArrowRight');
    await drawn(0);
    await keys(page, 'g', 'k');
    await drawn(1);
    expect(areas(await now(1))).toEqual([discArea]); // the fill stops at the edge, since the ground is much darker
    await keys(page, 'z', 't', 'k');
    await drawn(1);
    const [brushed] = areas(await now(1));
    expect(brushed).toBeGreaterThan(400); // a circle of 24 pixels is 452
    await keys(page, 'z', 'q', 'k');
    await drawn(1);
    await keys(page, 'z', 'b', 'k');
    await drawn(1);
    const [dab] = areas(await now(1));
    await keys(page, ']', ']', 'k');
    expect(areas(await now(1))[0]).toBeGreaterThan(dab!);
    await keys(page, 'e', '[', '[', '[', 'k');
    const [ring] = areas(await now(1));
    expect(ring).toBeLessThan(discArea);
    await keys(page, 'j');
    expect(areas(await now(1))[0]).toBeGreaterThan(ring!);
    await keys(page, '.', 'm');
    expect((await now(1)).map(({ geometry }) => geometry?.shape)).toEqual(['polygon']);
    await keys(page, 'm');
    expect((await now(1)).map(({ geometry }) => geometry?.shape)).toEqual(['mask']);
    await keys(page, 'Delete');
    await drawn(0);
    await keys(page, 'p', 'k', 'Shift+ArrowRight', 'Shift+ArrowRight', 'k', 'Shift+ArrowDown', 'Shift+ArrowDown', 'k', 'Enter');
    await drawn(1);
    expect((await now(1)).map(({ geometry }) => (geometry?.shape === 'polygon' ? geometry.points.length : null))).toEqual([3]);
    await keys(page, 'z', 'l', 'k', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowDown', 'k');
    await drawn(1);
    const half = areas(await now(1))[0]!; // half of a square of two steps
    await keys(page, 'c', 'Shift+ArrowUp', 'k');
    expect(areas(await now(1))).toEqual([half]); // it hangs together, so picking a part of it changes nothing
    await keys(page, 'ArrowRight', 'd');
    await drawn(1);
    await keys(page, 'z', 'i');
    await expect(page.getByText('nothing to see', { exact: true })).toBeVisible();
    await keys(page, 'z');
    await drawn(0);
  });

  await test.step('whether masks are of objects or of classes belongs to the project', async () => {
    const choice = (name: string) => page.getByRole('radio', { name });
    await expect(choice('Each class')).toBeChecked(); // so the imported masks look
    await choice('Each object').check();
    await page.reload();
    await expect(choice('Each object')).toBeChecked();
  });

  await test.step('proposals are kept as what a model drew', async () => {
    await keys(page, 'End', 'Home', 'ArrowRight', 'ArrowRight', 'ArrowRight');
    await expect(page.getByText(`${open} of ${open + labelled}`)).toBeVisible();
    await page.getByRole('button', { name: /propose masks/ }).click();
    await expect(page.getByText(/\d+ drawn, [1-9]\d* proposed/)).toBeVisible({ timeout: 60_000 });
    await keys(page, 'Shift+Enter');
    await expect(page.getByText(/^[1-9]\d* drawn$/)).toBeVisible();
    const kept = await now(open - 1);
    expect(new Set(kept.map(({ source }) => source))).toEqual(new Set(['accepted']));
    expect(kept.every(({ modelId }) => modelId !== null)).toBe(true);
  });
  link.close();
});
