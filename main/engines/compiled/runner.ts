// A forward program: a network with its norms folded once, compiled and loaded for inference.
import type { Network, NodeId } from '../../nets/graph.ts';
import { toTensorflow } from '../../nets/layout.ts';
import { parameters } from '../../nets/parameters.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import type { Runner, RunnerSpec } from '../engine.ts';
import type { NativeBinding } from '../native-binding.ts';
import { foldableNorms, foldNorm } from '../onnx/fold.ts';
import { GraphWriter } from './graph-writer.ts';
import { emitInference } from './inference.ts';
import { GraphSession } from './session.ts';
import { networkVariables } from './variables.ts';

/** @param closed called once, when the runner is closed */
export function compiledRunner(binding: NativeBinding, spec: RunnerSpec, closed: () => void): Runner {
  const wanted = [...new Set(spec.outputs)];
  const { network, values, renamed } = withoutNorms(spec.network, spec.values, new Set(wanted));
  const graph = new GraphWriter();
  const variables = networkVariables(graph, network);
  const image = graph.placeholder('image', 'float32', [-1, ...network.input]);
  const fetches = emitInference(variables, network, image, { outputs: wanted.map((id) => renamed.get(id) ?? id), precision: spec.precision });
  const access = variables.access();
  const session = new GraphSession(binding, graph.savedModel());
  try {
    const entries = parameters(network).map((parameter) => {
      const tensor = values.get(parameter.name);
      const variable = access.get(parameter.name);
      if (!tensor || !variable) throw new Error(`${spec.network.id}: no value of ${parameter.name}`);
      return { load: variable.load, feed: { input: variable.value, ...toTensorflow(tensor.data, parameter) } };
    });
    session.run(entries.map(({ feed }) => feed), entries.map(({ load }) => load));
  } catch (error) {
    session.close();
    throw error;
  }
  return {
    async run(input: Tensor): Promise<TensorMap> {
      const outputs = session.run([{ input: image, ...input }], fetches);
      return new Map(wanted.map((id, i) => [id, outputs[i]!]));
    },
    async close(): Promise<void> {
      session.close();
      closed();
    },
  };
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
