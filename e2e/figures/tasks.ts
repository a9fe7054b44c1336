// What the page's own thread spends on its longest tasks, in processor time: a figure that other work on the machine hardly moves.
import type { Page } from '@playwright/test';

interface TraceEvent { readonly name: string; readonly ph: string; readonly pid: number; readonly tid: number; readonly tdur?: number; readonly args?: { readonly name?: string } }

/** Milliseconds of processor time: of the longest task, and of the 99th percentile of those above a tenth of a millisecond. */
export interface Tasks { readonly longest: number; readonly p99: number }

/** Traces the page while `work` is done. */
export async function tasksDuring(page: Page, work: () => Promise<void>): Promise<Tasks> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[]))); // the protocol leaves the shape of events open
  const complete = new Promise((done) => session.once('Tracing.tracingComplete', done));
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'], excludedCategories: ['*'] } });
  await work();
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const main = new Set(events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`));
  const spent = events.filter(({ name, pid, tid }) => /RunTask/.test(name) && main.has(`${pid}/${tid}`)).map(({ tdur = 0 }) => tdur / 1000).filter((ms) => ms > 0.1).sort((a, b) => a - b);
  return { longest: spent.at(-1) ?? NaN, p99: spent[Math.floor(spent.length * 0.99)] ?? NaN };
}
