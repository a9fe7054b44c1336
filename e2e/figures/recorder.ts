// What a page notes by itself while keys are pressed: when a change was acknowledged, and when the next frame was drawn.
import type { Page } from '@playwright/test';

/** A change that the host said is durable; milliseconds since its key was pressed. */
export interface Acknowledged { readonly patch: string; readonly ms: number }

interface Recorder { readonly acknowledged: Acknowledged[]; readonly painted: number[]; readonly sent: Map<number, { readonly patch: string; readonly pressed: number }> }

declare global {
  interface Window { fovea_recorder?: Recorder }
}

/** Makes every page that opens from now on keep notes. Call before the first address is opened. */
export async function record(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const notes: Recorder = (window.fovea_recorder = { acknowledged: [], painted: [], sent: new Map() });
    let pressed = 0;
    addEventListener('keydown', (event) => {
      const mine = (pressed = event.timeStamp);
      // A message that is sent within a frame arrives when that frame has been drawn.
      requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => notes.painted.push(performance.now() - mine); channel.port2.postMessage(null); });
    }, { capture: true });
    const Native = WebSocket;
    window.WebSocket = class extends Native {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', ({ data }) => {
          const [, id, outcome] = /^\{"id":(\d+),"(result|error)"/.exec(String(data)) ?? [];
          const change = notes.sent.get(Number(id));
          if (change === undefined) return;
          notes.sent.delete(Number(id));
          if (outcome === 'result') notes.acknowledged.push({ patch: change.patch, ms: performance.now() - change.pressed });
        });
      }
      override send(data: string): void {
        const [, id] = /^\{"id":(\d+),"name":"patch\.apply"/.exec(data) ?? [];
        if (id !== undefined) notes.sent.set(Number(id), { patch: (JSON.parse(data) as { args: { patch: { id: string } } }).args.patch.id, pressed });
        super.send(data);
      }
    };
  });
}

/** What was noted since the last time. */
export async function notes(page: Page): Promise<{ readonly acknowledged: readonly Acknowledged[]; readonly painted: readonly number[] }> {
  return page.evaluate(() => {
    const { acknowledged = [], painted = [] } = window.fovea_recorder ?? {};
    return { acknowledged: acknowledged.splice(0), painted: painted.splice(0) };
  });
}

/** Waits until no change is under way. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => { while ((window.fovea_recorder?.sent.size ?? 0) > 0) await new Promise((done) => setTimeout(done, 1)); });
}
