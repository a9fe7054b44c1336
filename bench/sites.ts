// The sample's two sites: a model trained at A loses accuracy at B; how much of it comes back without a label of B, by each method.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foveaDocument, foveaJson as fovea } from '../build/fovea-process.ts';
import { share, table } from '../main/cli/output.ts';
import { classes, drawSample, planSample } from '../main/sample/index.ts';

const pictures = 300, sampleSeed = 1;

interface Score { readonly n: number; readonly before: { readonly value: number }; readonly after: { readonly value: number; readonly low: number; readonly high: number } }
interface Adapted { readonly source: Score; readonly target: Score; readonly distance: { readonly accuracy: number; readonly aDistance: number; readonly p: number }; readonly sentence: string; readonly seconds: number }

/** @param seeds how many divisions of site A into training and validation, from `first` on */
export async function sites({ seeds, first = 1, strategies = ['feature-extraction', 'lp-ft'], methods = ['adabn', 'coral', 'shot'] }: { readonly seeds: number; readonly first?: number; readonly strategies?: readonly string[]; readonly methods?: readonly string[] }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-sites-'));
  try {
    await drawSample(join(folder, 'drawn'), { seed: sampleSeed, pictures }, () => {});
    for (const { name, cell, subject } of planSample(sampleSeed, pictures)) {
      const place = join(folder, subject.site, cell);
      mkdirSync(place, { recursive: true });
      copyFileSync(join(folder, 'drawn', 'pictures', `${name}.jpg`), join(place, `site${subject.site}-${name}.jpg`));
    }
    const rows: (string | number)[][] = [], recovered = new Map<string, number[]>();
    for (const strategy of strategies) for (let seed = first; seed < first + seeds; seed++) {
      const project = join(folder, `${strategy}-${seed}`);
      await fovea('create', project);
      await fovea('import', project, join(folder, 'A'), '--subject', 'regex:(S\\d\\d)', '--site', 'regex:site([AB])');
      await fovea('split', project, '--validation', '.3', '--test', '0', '--seed', String(seed));
      const { modelId } = (await fovea('train', project, '--strategy', strategy, '--seed', String(seed))).at(-1) as { modelId: string };
      // Only now do the pictures of B come in: the model cannot have seen them.
      await fovea('import', project, join(folder, 'B'), '--subject', 'regex:(S\\d\\d)', '--site', 'regex:site([AB])');
      for (const method of methods) {
        const found = await foveaDocument<Adapted>('adapt', project, '--model', modelId, '--site', 'B', '--method', method);
        const { source, target } = found, lost = source.before.value - target.before.value;
        const back = (target.after.value - target.before.value) / lost;
        recovered.set(`${strategy}, ${method}`, [...recovered.get(`${strategy}, ${method}`) ?? [], back]);
        rows.push([strategy, seed, method, `${share(source.before.value)} -> ${share(source.after.value)}`, `${share(target.before.value)} -> ${share(target.after.value)} (${share(target.after.low)} to ${share(target.after.high)})`, `${Math.round(100 * back)} %`, found.seconds.toFixed(0), `${Math.round(100 * found.distance.accuracy)} %`]);
        console.log(table(['strategy', 'seed', 'method', 'A, validation', 'B', 'of the loss', 'seconds', 'told apart'], rows).join('\n'), '\n');
      }
    }
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    console.log(table(['arm', 'recovered, mean over seeds'], [...recovered].map(([arm, values]) => [arm, `${Math.round(100 * mean(values))} %`])).join('\n'));
    console.log(`classes: ${classes.join(', ')}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
