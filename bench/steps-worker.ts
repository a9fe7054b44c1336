// One arm of the step bench in a process of its own: `steps-worker.ts ENGINE NETWORK train|forward BATCH` prints one JSON line.
import { homeFolder } from '../main/home.ts';
import { openEngine } from '../main/engines/index.ts';
import type { Batch } from '../main/engines/engine.ts';
import { initialValues } from '../main/nets/initial.ts';
import { variant } from '../main/nets/index.ts';
import { parameters } from '../main/nets/parameters.ts';
import { stream } from '../main/random.ts';
import { EngineId } from '#contract/engines.ts';

const [engineName, networkId = '', mode, batchText] = process.argv.slice(2);
const n = Number(batchText), classes = 10, warmUp = 3, counted = 8;
const family = variant(networkId);
const network = family.build({ classes });
const values = initialValues(network, 1, { head: 'uniform' });
const draw = stream(1, 'bench');
const shape = [n, ...network.input];
const input = { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => draw.uniform(i) * 2 - 1) };

const { engine } = await openEngine({ engine: EngineId.parse(engineName), purpose: mode === 'train' ? 'train' : 'infer', home: homeFolder(), threads: 1, precision: 'float32' });

async function prepare(): Promise<() => Promise<unknown>> {
  if (mode === 'forward') {
    const runner = await engine.runner({ network, values, outputs: [network.features], precision: 'float32' });
    return () => runner.run(input);
  }
  if (!engine.trainer) throw new Error(`${engineName} cannot train`);
  const groups = new Map(parameters(network).filter(({ role }) => role === 'weight').map(({ name }) => [name, 0]));
  const trainer = await engine.trainer({
    network, groups, batchStatistics: new Set(network.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id)),
    loss: [{ kind: 'cross-entropy', logits: network.output, target: 'class', coefficient: 1 }],
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false }, precision: 'float32',
  });
  await trainer.load(values, { fresh: true });
  const target = new Float32Array(n * classes);
  for (let i = 0; i < n; i++) target[i * classes + (i % classes)] = 1;
  const batch: Batch = { input, targets: new Map([['class', { shape: [n, classes], data: target }]]), seed: [1, 1] };
  return () => trainer.step(batch, { learningRate: [0.01], weightDecay: [0] });
}

const step = await prepare();
for (let i = 0; i < warmUp; i++) await step();
const cpu = process.cpuUsage(), began = performance.now();
for (let i = 0; i < counted; i++) await step();
const { user, system } = process.cpuUsage(cpu);
const pictures = counted * n;
console.log(JSON.stringify({ cpuMs: (user + system) / 1000 / pictures, wallMs: (performance.now() - began) / pictures, peakMB: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
