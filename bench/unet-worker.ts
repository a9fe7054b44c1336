// One arm of the U-Net bench in a process of its own: `unet-worker.ts ENGINE ENCODER SIZE BATCH` prints one JSON line.
import { EngineId } from '#contract/engines.ts';
import type { Batch } from '../main/engines/engine.ts';
import { openEngine } from '../main/engines/index.ts';
import { homeFolder } from '../main/home.ts';
import { initialValues, parameters } from '../main/nets/index.ts';
import { segmenter } from '../main/nets/segmenters.ts';
import { stream } from '../main/random.ts';

const [engineName, encoder = '', sizeText, batchText] = process.argv.slice(2);
const n = Number(batchText), size = Number(sizeText), classes = 2, warmUp = 2, counted = 5;
const network = segmenter(encoder).build({ classes, inputSize: [size, size] });
const { engine } = await openEngine({ engine: EngineId.parse(engineName), purpose: 'train', home: homeFolder(), threads: 1, precision: 'float32' });
if (!engine.trainer) throw new Error(`${engineName} cannot train`);
const trainer = await engine.trainer({
  network, groups: new Map(parameters(network).filter(({ role }) => role === 'weight').map(({ name }) => [name, 0])),
  batchStatistics: new Set(network.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id)),
  loss: [{ kind: 'cross-entropy', logits: network.output, target: 'mask', coefficient: 1 }],
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false }, precision: 'float32',
});
await trainer.load(initialValues(network, 1, { head: 'uniform' }), { fresh: true });
const draw = stream(1, 'bench'), target = new Float32Array(n * size * size * classes);
for (let pixel = 0; pixel < n * size * size; pixel++) target[pixel * classes + (((pixel % size) >> 3) + ((Math.floor(pixel / size) % size) >> 3)) % 2] = 1;
const batch: Batch = {
  input: { shape: [n, ...network.input], data: Float32Array.from({ length: n * size * size * 3 }, (_, i) => draw.uniform(i) * 2 - 1) },
  targets: new Map([['mask', { shape: [n, size, size, classes], data: target }]]), seed: [1, 1],
};
const step = () => trainer.step(batch, { learningRate: [0.01], weightDecay: [0] });
for (let i = 0; i < warmUp; i++) await step();
const cpu = process.cpuUsage(), began = performance.now();
for (let i = 0; i < counted; i++) await step();
const { user, system } = process.cpuUsage(cpu), pictures = counted * n;
console.log(JSON.stringify({ cpuMs: (user + system) / 1000 / pictures, wallMs: (performance.now() - began) / pictures, peakMB: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
