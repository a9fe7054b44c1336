// `npm run bench -- [NAME ...]`: measurements against named peers and limits. Nothing here asserts; it prints figures.
import { parseArgs } from 'node:util';
import { breast } from './breast.ts';
import { brush } from './brush.ts';
import { forgetting } from './forgetting.ts';
import { hymenoptera, timeToModel, transferAtSameEpochs, wholeEpoch } from './hymenoptera.ts';
import { kills } from './kills.ts';
import { lessons } from './lessons.ts';
import { maskKills } from './mask-kills.ts';
import { membranes } from './membranes.ts';
import { nuclei } from './nuclei.ts';
import { screens } from './screens.ts';
import { comparison } from './ranking.ts';
import { sites } from './sites.ts';
import { steps } from './steps.ts';
import { timm } from './timm.ts';
import { unetSteps } from './unet.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, seeds: { type: 'string' }, epochs: { type: 'string' }, only: { type: 'string' }, times: { type: 'string' }, pictures: { type: 'string' }, minutes: { type: 'string' }, 'make-python': { type: 'boolean' } },
});
const rounds = Number(values.rounds ?? 3), seeds = Number(values.seeds ?? 3), make = values['make-python'] === true;

const benches: Readonly<Record<string, { readonly about: string; run(): Promise<void> }>> = {
  steps: { about: 'training steps and forward passes against PyTorch channels_last, one thread: CPU time and memory', run: () => steps({ rounds, make, only: values.only }) },
  hymenoptera: { about: 'validation accuracy of the strategies on ants and bees', run: () => hymenoptera({ seeds }) },
  'same-epochs': { about: 'lp-ft against fine-tune on ants and bees at the same epochs', run: () => transferAtSameEpochs({ seeds, epochs: Number(values.epochs ?? 5) }) },
  'time-to-model': { about: 'seconds from pictures to a frozen-backbone model against the PyTorch tutorial', run: () => timeToModel({ rounds: Math.min(rounds, 2), make }) },
  epoch: { about: 'one whole fine-tuning epoch against PyTorch with its DataLoader', run: () => wholeEpoch({ rounds, make }) },
  breast: { about: 'BreastMNIST: test AUC of features and head beside kNN and the majority class', run: () => breast() },
  brush: { about: 'Chromium on large pictures: brush strokes, ten thousand objects, five hundred strokes taken back', run: () => brush() },
  forgetting: { about: 'old and new score after an update, plainly and with each cure of forgetting (--only sites, classes or imagenet)', run: () => forgetting({ seeds, only: values.only }) },
  sites: { about: 'the sample: a model of site A at site B, before and after it is adapted without labels', run: () => sites({ seeds }) },
  comparison: { about: 'ten arms compared in one job against ten runs by themselves', run: () => comparison() },
  lessons: { about: 'the seven lessons on the sample project, and SimSiam: times, numbers, collapse', run: () => lessons({ only: values.only }) },
  kills: { about: 'kill -9 at random moments of import and training, resume to the same bytes', run: () => kills({ times: Number(values.times ?? 20) }) },
  'mask-kills': { about: 'kill -9 at random moments of strokes, of training a U-Net and of proposing masks', run: () => maskKills({ times: Number(values.times ?? 5) }) },
  screens: { about: 'Chromium on ten thousand pictures: first load, grid, label keys beside training, kills of host and job', run: () => screens({ pictures: Number(values.pictures ?? 10_000), times: Number(values.times ?? 20) }) },
  unet: { about: 'a training step of a U-Net against PyTorch channels_last, one thread: CPU time and memory', run: () => unetSteps({ rounds, make }) },
  nuclei: { about: 'nuclei of the Data Science Bowl: Dice per picture beside a plain PyTorch U-Net (--epochs, --only fluorescence_256)', run: () => nuclei({ seeds, epochs: Number(values.epochs ?? 12), only: values.only, make }) },
  membranes: { about: 'membranes of ISBI 2012: the U-Net of 2015 from scratch beside a pretrained encoder, folds of neighbouring slices (--minutes per arm, --epochs)', run: () => membranes({ minutes: Number(values.minutes ?? 10), epochs: Number(values.epochs ?? 40) }) },
  timm: { about: 'an exported state dict opened by timm itself', run: () => timm({ make }) },
};

const chosen = positionals.length ? positionals : Object.keys(benches);
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length) {
  console.error(`There is no bench ${unknown.join(', ')}. There are:\n${Object.entries(benches).map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`).join('\n')}`);
  process.exitCode = 2;
} else {
  for (const name of chosen) {
    console.log(`\n== ${name}: ${benches[name]!.about}\n`);
    await benches[name]!.run();
  }
}
