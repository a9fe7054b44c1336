// Kill -9 at random moments of import and of training: nothing acknowledged may be lost, and a resumed run must end with the same bytes.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foveaDocument, foveaJson } from '../build/fovea-process.ts';
import { drawSample } from '../main/sample/index.ts';
import { stream } from '../main/random.ts';
import { exportedSha256, killed } from './killed.ts';

const strategy = ['--strategy', 'fine-tune', '--set', 'epochs=3', '--threads', '1'];

export async function kills({ times }: { readonly times: number }): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'fovea-kills-')), delays = stream(1, 'kills');
  try {
    const pictures = join(work, 'pictures'), base = join(work, 'base'), labels = join(pictures, 'labels.csv');
    await drawSample(pictures, { seed: 1, pictures: 60 });
    const read = [pictures, '--labels', labels, '--subject', `csv:${labels}`];

    let began = performance.now();
    await foveaJson('create', base);
    await foveaJson('import', base, ...read);
    const importMs = performance.now() - began;
    await foveaJson('split', base);
    let survived = 0;
    for (let i = 0; i < times; i++) {
      const project = join(work, `import-${i}`);
      await foveaJson('create', project);
      await killed(['import', project, ...read], delays.uniform(i) * importMs);
      const before = await foveaDocument<{ images: number }>('status', project);
      await foveaJson('import', project, ...read);
      const after = await foveaDocument<{ images: number; labelled: number; datasetVersion: string }>('status', project);
      if (after.images === 60 && after.labelled === 60 && before.images <= 60) survived++;
      rmSync(project, { recursive: true, force: true });
    }
    console.log(`import: ${survived} of ${times} kills ended, after repeating the import, with all 60 pictures once and labelled`);

    const whole = join(work, 'whole');
    cpSync(base, whole, { recursive: true });
    began = performance.now();
    await foveaJson('train', whole, ...strategy);
    const trainMs = performance.now() - began, expected = await exportedSha256(whole, join(work, 'whole.safetensors'), 'timm');
    let equal = 0, interrupted = 0, lost = 0;
    for (let i = 0; i < times; i++) {
      const project = join(work, `train-${i}`);
      cpSync(base, project, { recursive: true });
      let { lines, finished } = await killed(['train', project, ...strategy], 500 + delays.uniform(times + i) * trainMs);
      for (let again = 1; !finished; again++) {
        interrupted++;
        const { runs } = await foveaDocument<{ runs: { id: string; status: string; best: { epoch: number } | null }[] }>('runs', project);
        const run = runs.at(-1);
        const acknowledged = lines.map((line) => JSON.parse(line) as { type: string }).filter(({ type }) => type === 'epoch').length;
        if (acknowledged > 0 && !run) lost++;
        if (!run) ({ finished } = await killed(['train', project, ...strategy], 1e9));
        // the first resume is killed too, the second may end
        else ({ lines, finished } = await killed(['train', project, '--resume', run.id], again === 1 && i % 3 === 0 ? delays.uniform(2 * times + i) * trainMs : 1e9));
      }
      if (await exportedSha256(project, join(work, `train-${i}.safetensors`), 'timm') === expected) equal++;
      rmSync(project, { recursive: true, force: true });
    }
    console.log(`training: ${interrupted} cuts in ${times} runs; ${equal} of ${times} ended with the same bytes as the uninterrupted run; ${lost} acknowledged runs lost`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
