// A forward program: a network with its norms folded once, compiled and loaded for inference.
import type { Network, NodeId } from '../../nets/graph.ts';
import { tensorflowShape, toTensorflow } from '../../nets/layout.ts';
import { parameters } from '../../nets/parameters.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import type { Runner, RunnerSpec } from '../engine.ts';
import type { NativeBinding } from '../native-binding.ts';
import { foldableNorms, foldNorm } from '../onnx/fold.ts';
import type { Ref } from './graph-writer.ts';
import { GraphWriter } from './graph-writer.ts';
import { emitNetwork } from './operations/index.ts';
import { Pass } from './pass.ts';
import type { GraphInput } from './session.ts';
import { GraphSession } from './session.ts';
import type { Access } from './variables.ts';
import { Variables } from './variables.ts';

/** @param closed called once, when the runner is closed */
export function compiledRunner(binding: NativeBinding, spec: RunnerSpec, closed: () => void): Runner {
  const wanted = [...new Set(spec.outputs)];
  const { network, values, renamed } = withoutNorms(spec.network, spec.values, new Set(wanted));
  const graph = inferenceGraph(network, wanted.map((id) => renamed.get(id) ?? id), spec.precision);
  const session = new GraphSession(binding, graph.savedModel);
  try {
    const entries = parameters(network).map((parameter) => {
      const tensor = values.get(parameter.name);
      const access = graph.access.get(parameter.name);
      if (!tensor || !access) throw new Error(`${spec.network.id}: no value of ${parameter.name}`);
      return { load: access.load, feed: { input: access.value, ...toTensorflow(tensor.data, parameter) } };
    });
    session.run(entries.map(({ feed }) => feed), entries.map(({ load }) => load));
  } catch (error) {
    session.close();
    throw error;
  }
  return {
    async run(input: Tensor): Promise<TensorMap> {
      const outputs = session.run([{ input: graph.image, ...input }], graph.outputs);
      return new Map(wanted.map((id, i) => [id, outputs[i]!]));
    },
    async close(): Promise<void> {
      session.close();
      closed();
    },
  };
}

interface InferenceGraph {
  readonly savedModel: Uint8Array;
  readonly image: GraphInput;
  /** float32, in the order asked for. */
  readonly outputs: readonly Ref[];
  readonly access: ReadonlyMap<string, Access>;
}

function inferenceGraph(network: Network, outputs: readonly NodeId[], precision: RunnerSpec['precision']): InferenceGraph {
  const graph = new GraphWriter();
  const variables = new Variables(graph);
  for (const parameter of parameters(network)) variables.declare(parameter.name, tensorflowShape(parameter));
  const shape = [-1, ...network.input];
  const image: GraphInput = { ref: graph.placeholder('image', 'float32', shape), type: 'float32', shape };
  const pass = new Pass(graph, { training: false, precision, read: (name) => variables.read(name), trainable: () => false, batchStatistics: new Set() });
  const input = { ref: image.ref, shape: network.input, type: 'float32', needsGradient: false } as const;
  const values = graph.within('run/', () => emitNetwork(pass, network, input, new Map()));
  const refs = outputs.map((id) => {
    const value = values.get(id);
    if (!value) throw new Error(`${network.id} has no node ${id}`);
    return pass.emit.output(value.ref, value.type);
  });
  return { image, outputs: refs, access: variables.access(), savedModel: graph.savedModel() };
}

interface Folded {
  readonly network: Network;
  readonly values: TensorMap;
  /** Norm -> the convolution that gives its output now. */
  readonly renamed: ReadonlyMap<NodeId, NodeId>;
}

/** The same network with each norm multiplied into the convolution before it: once, instead of in each run. */
function withoutNorms(network: Network, values: TensorMap, wanted: ReadonlySet<NodeId>): Folded {
  const folds = foldableNorms(network, wanted);
  const renamed = new Map([...folds].map(([conv, norm]) => [norm.id, conv]));
  const merged = new Map(values);
  const nodes = network.nodes.filter(({ id }) => !renamed.has(id)).map((node) => {
    const from = node.from.map((id) => renamed.get(id) ?? id);
    const norm = folds.get(node.id);
    if (!norm || node.op !== 'conv') return { ...node, from };
    const { weight, bias } = foldNorm(node, norm, values);
    merged.set(`${node.id}.weight`, weight).set(`${node.id}.bias`, bias);
    return { ...node, from, bias: true };
  });
  return { network: { ...network, nodes }, values: merged, renamed };
}
