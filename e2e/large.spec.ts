// Ten thousand pictures: the grid holds few tiles however far one scrolls, and every label key is acknowledged. Times are printed, never asserted.
import type { Page } from '@playwright/test';
import { expect, test, twoClassProject } from './fixture.ts';

const PICTURES = Number(process.env['FOVEA_E2E_PICTURES'] ?? 10_000);
const LABELS = Number(process.env['FOVEA_E2E_LABELS'] ?? 1000);

test(`${PICTURES} pictures scroll from end to end and take ${LABELS} labels`, async ({ studio: page, host, context }) => {
  test.setTimeout(900_000);
  await context.addInitScript(record);
  await page.reload();
  await twoClassProject(page, host, { pictures: PICTURES });
  const grid = page.getByRole('listbox', { name: 'Images' });

  await page.reload();
  await expect(grid.getByRole('option').first()).toBeVisible();
  const firstPaint = await page.evaluate(async () => {
    const pictures = () => [...document.querySelectorAll<HTMLImageElement>('[role=option] img')];
    while (pictures().length === 0 || !pictures().every((one) => one.complete)) await new Promise(requestAnimationFrame);
    return performance.now();
  });

  const { longest, most, reached } = await page.evaluate(async () => {
    const box = document.querySelector<HTMLElement>('[role=listbox]')!;
    let longest = 0, most = 0, before = performance.now();
    const steps = 240;
    for (let step = 0; step <= steps; step++) {
      box.scrollTop = (step / steps) * (box.scrollHeight - box.clientHeight);
      const now = await new Promise<number>(requestAnimationFrame);
      if (step > 2) longest = Math.max(longest, now - before);
      before = now;
      most = Math.max(most, box.querySelectorAll('[role=option]').length);
    }
    return { longest, most, reached: Number([...box.querySelectorAll('[role=option]')].at(-1)?.getAttribute('aria-posinset')) };
  });
  expect(reached, 'the last picture can be reached').toBe(PICTURES);
  expect(most, 'only what is in view exists').toBeLessThan(150);

  await page.getByRole('link', { name: /^Label/ }).click();
  await expect(page.getByText(`1 of ${PICTURES.toLocaleString('en')}`)).toBeVisible();
  // At the pace of a person who waits for nothing but the acknowledgement: two classes in turn, so that most keys change something.
  for (let label = 0; label < LABELS; label++) {
    await page.keyboard.press(label % 2 === 0 ? '2' : '0');
    await page.evaluate(async () => { while ((window.underWay?.size ?? 0) > 0) await new Promise((done) => setTimeout(done, 1)); });
  }
  expect(await page.evaluate(() => window.acknowledged?.length ?? 0)).toBeGreaterThanOrEqual(LABELS / 2);
  await expect(page.getByText(/^Saving/)).toBeHidden();
  const acknowledged = await page.evaluate(() => window.acknowledged ?? []);
  const painted = await page.evaluate(() => window.painted ?? []);
  console.log(`first paint of the grid ${firstPaint.toFixed(0)} ms after the reload; longest frame while scrolling ${longest.toFixed(0)} ms; ${most} tiles at most`);
  console.log(`label key to durable acknowledgement: p50 ${at(acknowledged, 0.5)} ms, p95 ${at(acknowledged, 0.95)} ms over ${acknowledged.length}; key to next paint p95 ${at(painted, 0.95)} ms`);
  await sameAfterReload(page);
});

async function sameAfterReload(page: Page): Promise<void> {
  const labelled = page.getByText(/^[\d,.]+ of [\d,.]+ labelled$/);
  const before = await labelled.textContent();
  await page.reload();
  await expect(labelled).toHaveText(before ?? '');
}

const at = (times: readonly number[], share: number) => (times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? NaN).toFixed(1);

declare global {
  interface Window { acknowledged?: number[]; painted?: number[]; underWay?: Map<number, number> }
}

/** Runs in the page: notes when a label key was pressed, when its patch was acknowledged, and when the next frame was drawn. */
function record(): void {
  const acknowledged: number[] = (window.acknowledged = []), painted: number[] = (window.painted = []);
  let pressed = 0;
  const sent: Map<number, number> = (window.underWay = new Map());
  addEventListener('keydown', (event) => {
    pressed = event.timeStamp;
    const mine = pressed;
    requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => painted.push(performance.now() - mine); channel.port2.postMessage(null); });
  }, { capture: true });
  const Native = WebSocket;
  window.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => {
        const id = Number(/^\{"id":(\d+)/.exec(String(data))?.[1]);
        const started = sent.get(id);
        if (started === undefined) return;
        sent.delete(id);
        acknowledged.push(performance.now() - started);
      });
    }
    override send(data: string): void {
      const id = /^\{"id":(\d+),"name":"patch\.apply"/.exec(data)?.[1];
      if (id !== undefined) sent.set(Number(id), pressed);
      super.send(data);
    }
  };
}
