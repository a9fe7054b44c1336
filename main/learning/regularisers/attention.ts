// Which channels of a stage the classes depend on: how much the loss grows when one is taken away.
import { setImmediate } from 'node:timers/promises';
import type { NodeId } from '../../nets/graph.ts';
import { cut, cutPoints, parameters, shapes } from '../../nets/index.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import { lossValue, targetsOf } from '../losses.ts';
import type { PhaseContext } from './regulariser.ts';

/** Pictures that each channel is taken away from. */
const pictures = 16;

/**
 * softmax(z / 5) over the channels, with z the standardised growth of the loss without the channel (Li et al. 2019, as in their transfer-learning library).
 * @returns by node, [channels]; nothing for a node at which the network cannot be cut
 */
export async function channelAttention({ run, inputs, engine, values }: PhaseContext, nodes: readonly NodeId[]): Promise<ReadonlyMap<NodeId, Float32Array>> {
  const { network } = inputs, { labels, kind, logits, training, document: { precision } } = run;
  const places = cutPoints(network);
  const asked = nodes.filter((node) => places.includes(node) && shapes(network).get(node)?.length === 3);
  const step = Math.max(1, Math.floor(training.length / pictures));
  const members = training.filter((_, i) => i % step === 0).slice(0, pictures);
  const own = (of: typeof network): TensorMap => new Map(parameters(of).map(({ name }) => [name, values.get(name)!]));
  const targets = targetsOf(members.map((member) => labels[member]!), { kind, classes: logits });
  const attention = new Map<NodeId, Float32Array>();
  for await (const { input } of inputs.read([members], null)) {
    const whole = await engine.runner({ network, values: own(network), outputs: asked, precision });
    const maps = await whole.run(input).finally(() => whole.close());
    for (const node of asked) {
      const { suffix } = cut(network, node);
      const rest = await engine.runner({ network: suffix, values: own(suffix), outputs: [suffix.output], precision });
      const lossOf = async (map: Tensor) => lossValue(kind, (await rest.run(map)).get(suffix.output)!, targets);
      try {
        const map = maps.get(node)!, channels = map.shape.at(-1)!, whole = await lossOf(map);
        const growth: number[] = [];
        for (let channel = 0; channel < channels; channel++) {
          growth.push(await lossOf({ shape: map.shape, data: map.data.map((x, i) => (i % channels === channel ? 0 : x)) }) - whole);
          await setImmediate();
        }
        attention.set(node, softened(growth));
      } finally {
        await rest.close();
      }
    }
  }
  return attention;
}

/** softmax of a fifth of the standardised numbers; all alike where they do not differ. */
export function softened(growth: readonly number[]): Float32Array {
  const n = growth.length, mean = growth.reduce((sum, x) => sum + x, 0) / n;
  const deviation = Math.sqrt(growth.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
  const weights = growth.map((x) => (deviation === 0 ? 1 : Math.exp((x - mean) / deviation / 5)));
  const total = weights.reduce((sum, x) => sum + x, 0);
  return Float32Array.from(weights, (x) => x / total);
}
