// Ants and bees with the embedded backbone: accuracy of the strategies over seeds, and seconds to a model against PyTorch's tutorial loop.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { share, table } from '../main/cli/output.ts';
import { benchPython } from './python.ts';
import { measure } from './paired.ts';
import { foveaDocument, foveaJson as fovea } from '../build/fovea-process.ts';
import { testData, withProject } from './project.ts';

const pictures = `${testData}/data/hymenoptera`;
const weights = fileURLToPath(new URL('../resources/backbones/tf_efficientnet_lite0/tf_efficientnet_lite0.fp16w.safetensors', import.meta.url));
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const missing = () => existsSync(pictures) ? false : (console.log(`The pictures are not at ${pictures}; set FOVEA_TEST_DATA.`), true);

async function prepare(folder: string): Promise<void> {
  await fovea('create', folder);
  await fovea('import', folder, pictures, '--partition', 'folder');
  await fovea('split', folder);
}

/** Validation accuracy per strategy and seed; the set's own train and val folders. */
export async function hymenoptera({ seeds }: { readonly seeds: number }): Promise<void> {
  if (missing()) return;
  await withProject(async (folder) => {
    await prepare(folder);
    const rows: (string | number)[][] = [];
    for (const strategy of ['knn', 'feature-extraction', 'lp-ft', 'fine-tune', 'from-scratch']) {
      for (let seed = 1; seed <= (strategy === 'lp-ft' || strategy === 'feature-extraction' ? seeds : 1); seed++) {
        const events = await fovea('train', folder, '--strategy', strategy, '--seed', String(seed));
        const finished = events.at(-1) as { modelId: string; seconds: number };
        const e = await foveaDocument<{ accuracy: number; auc: number; intervals: { accuracy: [number, number] }; selection: boolean }>('evaluate', folder, '--model', finished.modelId, '--on', 'validation');
        rows.push([strategy, seed, `${share(e.accuracy)} (${e.intervals.accuracy.map(share).join(' to ')})`, share(e.auc), e.selection ? 'selection' : 'held out', finished.seconds.toFixed(1)]);
        console.log(table(['strategy', 'seed', 'validation accuracy', 'AUC', 'kind', 'seconds'], rows).join('\n'), '\n');
      }
    }
  });
}

/** `lp-ft` against `fine-tune` at the same epochs: correct pictures of the set's own validation folder, with Wilson's interval, over seeds. */
export async function transferAtSameEpochs({ seeds, epochs }: { readonly seeds: number; readonly epochs: number }): Promise<void> {
  if (missing()) return;
  await withProject(async (folder) => {
    await prepare(folder);
    const rows: (string | number)[][] = [];
    for (let seed = 1; seed <= seeds; seed++) for (const strategy of ['lp-ft', 'fine-tune']) {
      const events = await fovea('train', folder, '--strategy', strategy, '--seed', String(seed), '--set', `epochs=${epochs}`, '--set', 'patience=0');
      const finished = events.at(-1) as { modelId: string; seconds: number; metrics: { epoch: number } };
      const e = await foveaDocument<{ n: number; accuracy: number; auc: number }>('evaluate', folder, '--model', finished.modelId, '--on', 'validation');
      const { low, high } = wilson(Math.round(e.accuracy * e.n), e.n);
      rows.push([strategy, seed, `${share(e.accuracy)} (${share(low)} to ${share(high)})`, share(e.auc), finished.metrics.epoch, finished.seconds.toFixed(1)]);
      console.log(table(['strategy', 'seed', `validation accuracy, best of ${epochs} epochs`, 'AUC', 'best epoch', 'seconds'], rows).join('\n'), '\n');
    }
  });
}

/** 95 % interval of a share (Wilson 1927). */
function wilson(right: number, n: number): { readonly low: number; readonly high: number } {
  const z = 1.959964, p = right / n, middle = p + z ** 2 / (2 * n), half = z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return { low: (middle - half) / (1 + z ** 2 / n), high: (middle + half) / (1 + z ** 2 / n) };
}

/** Seconds from pictures on disk to a frozen-backbone model at .92 or better, against the tutorial's loop of 25 epochs, in one run. */
export async function timeToModel({ rounds, make }: { readonly rounds: number; readonly make: boolean }): Promise<void> {
  if (missing()) return;
  const python = benchPython(make);
  const rows: string[][] = [];
  for (let round = 0; round < rounds; round++) {
    const ours = await withProject(async (folder) => {
      const began = performance.now();
      await prepare(folder);
      const events = await fovea('train', folder, '--strategy', 'feature-extraction');
      const seconds = (performance.now() - began) / 1000;
      const { metrics } = events.at(-1) as { metrics: { validation: { accuracy: number } } };
      return { seconds, accuracy: metrics.validation.accuracy };
    });
    rows.push(['fovea: create, import, split, train', ours.seconds.toFixed(1), share(ours.accuracy), '']);
    if (python) {
      const peer = await measure({ name: 'pytorch', command: python, args: [here('torch_tutorial.py'), pictures, weights] });
      rows.push(['pytorch tutorial, 25 epochs frozen', Number(peer['seconds']).toFixed(1), share(Number(peer['best'])), `${(Number(peer['seconds']) / ours.seconds).toFixed(1)}x`]);
    }
    console.log(table(['arm', 'seconds', 'validation accuracy', 'ratio'], rows).join('\n'), '\n');
  }
}

/** One whole epoch of fine-tuning (decode, augment, step, validate) against PyTorch with its DataLoader. */
export async function wholeEpoch({ rounds, make }: { readonly rounds: number; readonly make: boolean }): Promise<void> {
  if (missing()) return;
  const python = benchPython(make);
  await withProject(async (folder) => {
    await prepare(folder);
    const rows: string[][] = [];
    for (let round = 0; round < rounds; round++) {
      const events = await fovea('train', folder, '--strategy', 'fine-tune', '--set', 'epochs=2');
      const ours = Math.min(...events.filter(({ type }) => type === 'epoch').map(({ seconds }) => Number(seconds)));
      rows.push(['fovea', ours.toFixed(2), '']);
      if (python) {
        const peer = await measure({ name: 'pytorch', command: python, args: [here('torch_epoch.py'), pictures, weights] });
        rows.push(['pytorch', Number(peer['seconds']).toFixed(2), `${(Number(peer['seconds']) / ours).toFixed(2)}x`]);
      }
      console.log(table(['arm', 'seconds per epoch', 'ratio'], rows).join('\n'), '\n');
    }
  });
}
