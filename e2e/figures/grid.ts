// The grid of pictures: how soon it is there, and how long its longest frame is while one scrolls from end to end.
import type { Page } from '@playwright/test';

/** Milliseconds from the start of a reload until every picture in view is drawn. */
export async function firstPaint(page: Page): Promise<number> {
  await page.reload();
  return page.evaluate(async () => {
    const pictures = () => [...document.querySelectorAll<HTMLImageElement>('[role=option] img')];
    while (pictures().length === 0 || !pictures().every((one) => one.complete)) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now();
  });
}

/** Milliseconds of the longest frame, and of the 95th percentile. @param frames for the whole way: fewer scroll faster */
export async function scrollThrough(page: Page, frames = 240): Promise<{ readonly longest: number; readonly usual: number; readonly tiles: number }> {
  return page.evaluate(async (steps) => {
    const box = document.querySelector<HTMLElement>('[role=listbox]')!;
    const times: number[] = [];
    let tiles = 0, before = await new Promise<number>(requestAnimationFrame);
    for (let step = 0; step <= steps; step++) {
      box.scrollTop = (step / steps) * (box.scrollHeight - box.clientHeight);
      const now = await new Promise<number>(requestAnimationFrame);
      times.push(now - before);
      before = now;
      tiles = Math.max(tiles, box.querySelectorAll('[role=option]').length);
    }
    times.sort((a, b) => a - b);
    return { longest: times.at(-1) ?? NaN, usual: times[Math.floor(times.length * 0.95)] ?? NaN, tiles };
  }, frames);
}
