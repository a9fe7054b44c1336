// Run as a process of its own: draws many pictures, imports them, and prints what memory the import took on the way.
import { bench, testPicture } from './pictures.ts';

const [count = 100, side = 24] = process.argv.slice(2).map(Number);
const b = await bench();
try {
  for (let i = 0; i < count; i++) await b.put(`${i % 2 ? 'odd' : 'even'}/${i}.png`, await testPicture(i, side));
  const samples: { readonly done: number; readonly kept: number; readonly resident: number }[] = [];
  const collect = globalThis.gc ?? (() => { throw new Error('needs --expose-gc'); });
  const started = performance.now();
  const report = await b.run({}, { progress({ done }) {
    if (samples.length > 0 && done - samples.at(-1)!.done < count / 20 && done < count) return;
    void collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    samples.push({ done, kept: heapUsed + external, resident: rss });
  } });
  console.log(JSON.stringify({ imported: report.imported, rejected: report.rejected, near: report.near.length, seconds: (performance.now() - started) / 1000, samples, peak: process.resourceUsage().maxRSS * 1024 }));
} finally {
  await b.remove();
}
