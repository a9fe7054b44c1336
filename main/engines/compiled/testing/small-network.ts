// A network of every ingredient that matters to a trainer, small enough for milliseconds: two convolutions with norms, dropout, a classifier.
import type { Network } from '../../../nets/graph.ts';
import { INPUT } from '../../../nets/graph.ts';
import { build, parameters } from '../../../nets/index.ts';
import { initialValues } from '../../../nets/initial.ts';
import { stream } from '../../../random.ts';
import { sizeOf } from '../../../tensor.ts';
import type { Tensor, TensorMap } from '../../../tensor.ts';
import type { Batch, TrainerSpec } from '../../engine.ts';

export const CLASSES = 3;

/** Two stages, `first` and `second`, and the head `fc`. */
export const smallNetwork: Network = build('small', [8, 8, 3], (b) => {
  const block = (name: string, x: string, filters: number, stride: number): string => {
    const y = b.conv(`${name}.conv`, x, { filters, kernel: 3, stride, pad: 1 });
    return b.act(`${name}.act`, b.norm(`${name}.norm`, y), 'silu');
  };
  const first = block('first', INPUT, 4, 1);
  const second = block('second', first, 6, 2);
  const features = b.globalPool('pool', second);
  const output = b.dense('fc', b.dropout('drop', features, 0.3), CLASSES);
  return {
    output, features, gradCam: second, skips: [],
    stages: [{ name: 'first', end: first }, { name: 'second', end: second }, { name: 'head', end: output }],
  };
});

/** Values with statistics and a classifier that are not trivial. */
export function smallValues(network: Network = smallNetwork): TensorMap {
  const initial = initialValues(network, 3, { head: 'uniform' });
  return new Map([...initial].map(([name, { shape, data }]) => {
    const random = stream(4, name);
    return [name, { shape, data: shape.length > 1 ? data : data.map((x, i) => x + 0.2 * random.uniform(i)) }];
  }));
}

export function randomTensor(shape: readonly number[], name = 'tensor'): Tensor {
  const random = stream(5, name);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => random.normal(i)) };
}

/** Picture i has class i mod 3. */
export function smallBatch(n: number, { network = smallNetwork, seed = [1, 2] as readonly [number, number], name = 'batch' } = {}): Batch {
  const target = new Float32Array(n * CLASSES);
  for (let i = 0; i < n; i++) target[i * CLASSES + (i % CLASSES)] = 1;
  return { input: randomTensor([n, ...network.input], name), targets: new Map([['class', { shape: [n, CLASSES], data: target }]]), seed };
}

/** Trains everything with momentum, unless told otherwise. */
export function smallSpec(changes: Partial<TrainerSpec> = {}): TrainerSpec {
  const network = changes.network ?? smallNetwork;
  return {
    network, precision: 'float32',
    groups: new Map(weightsOf(network).map((name) => [name, 0])),
    batchStatistics: new Set(network.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id)),
    loss: [{ kind: 'cross-entropy', logits: network.output, target: 'class', coefficient: 1 }],
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false },
    ...changes,
  };
}

export function weightsOf(network: Network): readonly string[] {
  return parameters(network).filter(({ role }) => role === 'weight').map(({ name }) => name);
}
