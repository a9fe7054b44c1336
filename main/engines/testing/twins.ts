// Small relatives of the backbones, and what tests of several engines share: opening them, training them on the oracle's pictures, measuring how far they are apart.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { forward, labelRows, oraclePictures, oracleValues, smoothTwin } from '../../../testdata/oracle/index.ts';
import { homeFolder } from '../../home.ts';
import type { Network, Node } from '../../nets/graph.ts';
import { count, parameters, variant } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import type { Batch, Engine, Trainer, TrainerSpec } from '../engine.ts';
import { openEngine } from '../index.ts';
import { locatePack } from '../pack.ts';

/** A network with values and pictures for it. */
export interface Case {
  readonly network: Network;
  readonly values: TensorMap;
  readonly batch: Batch;
}

export interface Engines {
  readonly wasm: Engine;
  readonly onnx: Engine;
  /** Null where its pack is not on this machine ... */
  readonly tensorflow: Engine | null;
  /** ... and why a test that needs it is skipped: false where it is there. */
  readonly withoutPack: string | false;
}

/** The three engines with one thread each, closed after the tests of the file. */
export async function openEngines(): Promise<Engines> {
  const home = homeFolder();
  const { pack, reason } = await locatePack(home);
  const opened = async (id: 'tensorflow' | 'wasm' | 'onnx') => {
    const { engine } = await openEngine({ engine: id, purpose: 'infer', home, threads: 1, precision: 'float32' });
    after(() => engine.close());
    return engine;
  };
  const [wasm, onnx] = [await opened('wasm'), await opened('onnx')];
  return { wasm, onnx, tensorflow: pack === null ? null : await opened('tensorflow'), withoutPack: pack === null ? `no tensorflow engine pack: ${reason}` : false };
}

/** Filters and hidden units divided; the input and the classes stay: the structure of a large network in some megabytes. */
function thinTwin(network: Network, by: number): Network {
  if (by === 1) return network;
  return {
    ...network,
    nodes: network.nodes.map((node): Node => {
      if (node.op === 'conv') return { ...node, filters: node.filters / by };
      return node.op === 'dense' && node.id !== network.output ? { ...node, units: node.units / by } : node;
    }),
  };
}

/** A variant with 10 classes on small pictures; the more parameters it has, the thinner. */
export function smallNetwork(id: string, size: number): Network {
  const network = variant(id).build({ classes: 10, inputSize: [size, size] });
  const { parameters: weights } = count(network);
  return thinTwin(network, weights > 5e7 ? 16 : weights > 1.2e7 ? 4 : weights > 5e6 ? 2 : 1);
}

/** A variant as it is or as its smooth twin, on the oracle's pictures. Norms get the scales that the oracle found for them, or 1: activations that grow from block to block would enlarge rounding. */
export function smallCase(id: string, size: number, { smooth }: { readonly smooth: boolean }): Case {
  const small = smallNetwork(id, size);
  const network = smooth ? smoothTwin(small) : small;
  const norms = network.nodes.filter(({ op }) => op === 'norm').length;
  return { network, values: oracleValues(network, forward[id]?.bn_s ?? Array.from({ length: norms }, () => 1)), batch: { input: oraclePictures(2, size), targets: new Map([['class', labelRows()]]), seed: [0, 0] } };
}

/** Trains every parameter with SGD unless told otherwise. */
export function spec({ network }: Case, batchStatistics: boolean, options: Partial<TrainerSpec> = {}): TrainerSpec {
  return {
    network, precision: 'float32',
    groups: new Map(parameters(network).filter(({ role }) => role === 'weight').map(({ name }) => [name, 0])),
    batchStatistics: new Set(batchStatistics ? network.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id) : []),
    loss: [{ kind: 'cross-entropy', logits: network.output, target: 'class', coefficient: 1 }],
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true }, ...options,
  };
}

export async function loaded(engine: Engine, one: Case, trainerSpec: TrainerSpec): Promise<Trainer> {
  const trainer = await engine.trainer!(trainerSpec);
  await trainer.load(one.values, { fresh: true });
  return trainer;
}

/** Outputs of one engine for a case. */
export async function outputsOf(engine: Engine, { network, values, batch }: Case, outputs: readonly string[]): Promise<TensorMap> {
  const runner = await engine.runner({ network, values, outputs, precision: 'float32' });
  const result = await runner.run(batch.input);
  await runner.close();
  return result;
}

/** Largest distance between two maps of tensors, each tensor against the longer of its own length and a thousandth of all together: gradients that are zero by construction are noise. */
export function distance(actual: TensorMap, expected: TensorMap): number {
  assert.deepEqual([...actual.keys()].sort(), [...expected.keys()].sort());
  const norm = (data: Float32Array) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
  const all = Math.hypot(...[...expected.values()].map(({ data }) => norm(data)));
  return Math.max(...[...expected].map(([name, { data }]) => {
    const other = actual.get(name)!.data;
    return norm(data.map((value, i) => value - other[i]!)) / Math.max(norm(data), 1e-3 * all);
  }));
}
