// The forward pass in inference mode: for runners, and beside the training pass of a trainer.
import type { Precision } from '#contract/engines.ts';
import type { Network, NodeId } from '../../nets/graph.ts';
import { foldableNorms } from '../onnx/fold.ts';
import type { GraphInput, Ref } from './graph-writer.ts';
import { emitNetwork } from './operations/index.ts';
import { Pass } from './pass.ts';
import type { Variables } from './variables.ts';

/**
 * Emits a network with stored statistics, every norm folded where it can be.
 * @returns what to fetch, float32, in the order of the outputs asked for
 */
export function emitInference(variables: Variables, network: Network, image: GraphInput, { outputs, precision }: { readonly outputs: readonly NodeId[]; readonly precision: Precision }): readonly Ref[] {
  const { graph } = variables;
  const pass = new Pass(graph, { training: false, precision, read: (name) => variables.read(name), trainable: () => false, batchStatistics: new Set() });
  const input = { ref: image.ref, shape: network.input, type: 'float32', needsGradient: false } as const;
  const values = graph.within('inference/', () => emitNetwork(pass, network, input, foldableNorms(network, new Set(outputs))));
  return outputs.map((id) => {
    const value = values.get(id);
    if (!value) throw new Error(`${network.id} has no node ${id}`);
    return pass.emit.output(value.ref, value.type);
  });
}
