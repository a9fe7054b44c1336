// What a comparison saves: ten arms on the same folds in one job, against each arm trained fold by fold in a project of its own. And how the scores order backbones.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foveaDocument, foveaJson as fovea } from '../build/fovea-process.ts';
import { share, table } from '../main/cli/output.ts';
import { drawSample } from '../main/sample/index.ts';
import { testData } from './project.ts';

const folds = 3, strategies = ['knn', 'feature-extraction', 'lp-ft'];
const mobilenet = `${testData}/weights/mobilenet_v1_0.25_224_keras/timm_layout.safetensors`;
const embedded = 'tf_efficientnet_lite0', second = 'tf_mobilenetv1_025';

interface Comparison { readonly seconds: number; readonly arms: readonly { readonly arm: { readonly id: string; readonly control: string | null }; readonly seconds: number; readonly accuracy: { readonly value: number } }[]; readonly verdict: { readonly sentences: readonly string[] } }

async function prepared(folder: string, drawn: string): Promise<string> {
  await fovea('create', folder);
  await fovea('import', folder, join(drawn, 'pictures'), '--labels', join(drawn, 'labels.csv'), '--subject', `csv:${join(drawn, 'labels.csv')}`);
  await fovea('split', folder, '--folds', String(folds));
  return folder;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** @param pictures of the sample that are drawn */
export async function comparison({ pictures = 300 } = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fovea-compare-')), drawn = join(folder, 'drawn');
  try {
    await drawSample(drawn, { seed: 1, pictures }, () => {});
    // Without the second backbone's weights its features are random: the time is the same.
    const other = existsSync(mobilenet) ? mobilenet : 'none';
    const project = await prepared(join(folder, 'together'), drawn);
    const ranking = await foveaDocument<{ backbones: { backbone: string; weights: string; logme: number; hScore: number; probe: { value: number } }[] }>('rank', project, '--backbones', `${embedded},${embedded}:none`, '--weights', `${second}=${other}`);
    console.log(table(['backbone', 'weights', 'probe', 'LogME', 'H-score'], ranking.backbones.map((one) => [one.backbone, one.weights, share(one.probe.value), one.logme.toFixed(3), one.hScore.toFixed(3)])).join('\n'), '\n');
    // A project of its own for the comparison: the ranking has filled the cache of the first.
    const fresh = await prepared(join(folder, 'fresh'), drawn);
    let found: Comparison | undefined;
    const together = await timed(async () => { found = await foveaDocument<Comparison>('compare', fresh, '--backbones', embedded, '--weights', `${second}=${other}`, '--strategies', strategies.join(), '--folds', String(folds), '--minutes', '60'); });
    const scratch = found!.arms.find(({ arm }) => arm.control === 'from-scratch')!.seconds;
    const rows: (string | number)[][] = [];
    let apart = 0;
    for (const [backbone, weights] of [[embedded, null], [embedded, 'none'], [second, other]] as const) for (const strategy of weights === 'none' && backbone === embedded ? ['feature-extraction'] : strategies) {
      const own = await prepared(join(folder, `${backbone}-${strategy}-${weights === 'none'}`), drawn);
      const seconds = await timed(async () => {
        for (let fold = 0; fold < folds; fold++) await fovea('train', own, '--backbone', backbone, '--strategy', strategy, '--fold', String(fold), ...(weights === null ? [] : ['--weights', weights]));
      });
      apart += seconds;
      rows.push([`${strategy}/${backbone}${weights === 'none' ? ':none' : ''}`, seconds.toFixed(1)]);
    }
    console.log(table(['arm by itself', 'seconds'], rows).join('\n'));
    console.log(table(['arm in the comparison', 'accuracy', 'seconds'], found!.arms.map(({ arm, accuracy, seconds }) => [arm.id, share(accuracy.value), seconds.toFixed(1)])).join('\n'));
    console.log(found!.verdict.sentences.join('\n'));
    // Training from scratch is ended by the clock, so it counts the same on both sides; majority and histogram are in the comparison alone.
    console.log(`\n${pictures} pictures, ${folds} folds, ten arms: ${together.toFixed(0)} s together, ${(apart + scratch).toFixed(0)} s apart: ratio ${((apart + scratch) / together).toFixed(1)}; without training from scratch ${((apart) / (together - scratch)).toFixed(1)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
