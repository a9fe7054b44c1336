// Where the evidence lies in networks with more than a mean behind their last map: Grad-CAM (Selvaraju et al. 2017).
import type { Engine } from '../../engines/engine.ts';
import { INPUT } from '../../nets/graph.ts';
import type { Network, Node, NodeId } from '../../nets/graph.ts';
import { cut, parameters, shapes } from '../../nets/index.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import { probabilitiesOf } from '../losses.ts';
import type { LossKind } from '../losses.ts';
import { optimizers } from '../optimizers.ts';

const PLACE = 'place', SLOPE = 'slope';

/** Gradients of classes at the map that Grad-CAM looks at. */
export interface MapGradients {
  /**
   * Of one picture, for each class: the derivative of its logit by each channel of the map, summed over places.
   * @param map [rows, columns, channels]
   * @param centred of the logit less the mean over classes, to which a softmax is blind
   */
  of(map: Float32Array, centred: boolean): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/**
 * A number added to a channel everywhere has as its gradient the sum over places: the rest of the network gets such numbers as its only parameters to be trained.
 * @param engine one that trains
 */
export async function openMapGradients(engine: Engine, network: Network, values: TensorMap, kind: LossKind): Promise<MapGradients> {
  const { suffix } = cut(network, network.gradCam), size = shapes(network).get(network.gradCam)!, channels = size.at(-1)!;
  const place: Node = { op: 'conv', id: PLACE, from: [INPUT], filters: channels, kernel: [1, 1], stride: 1, pad: 0, groups: 'depthwise', bias: true };
  const behind = (id: NodeId) => (id === INPUT ? PLACE : id);
  const moved: Network = { ...suffix, nodes: [place, ...suffix.nodes.map((node) => ({ ...node, from: node.from.map(behind) }))], features: behind(suffix.features), gradCam: behind(suffix.gradCam) };
  const trainer = await engine.trainer!({
    network: moved, groups: new Map([[`${PLACE}.bias`, 0]]), batchStatistics: new Set(), precision: 'float32', optimizer: optimizers.sgd,
    loss: [{ kind, logits: moved.output, target: SLOPE, coefficient: 1 }],
  });
  await trainer.load(new Map([
    ...parameters(suffix).map(({ name }): [string, Tensor] => [name, values.get(name)!]),
    [`${PLACE}.weight`, { shape: [channels, 1, 1, 1], data: new Float32Array(channels).fill(1) }], [`${PLACE}.bias`, { shape: [channels], data: new Float32Array(channels) }],
  ]), { fresh: true });
  return {
    async of(map, centred) {
      const input: Tensor = { shape: [1, ...size], data: map };
      const probabilities = probabilitiesOf(kind, (await trainer.predict(input)).data), classes = probabilities.length;
      const found: Float32Array[] = [];
      for (let c = 0; c < classes; c++) {
        // The loss has the slope p - t at the logits (of sigmoids its classes' share), so this target makes it the one that is wanted.
        const slope = probabilities.map((_, i) => (i === c ? 1 : 0) - (centred ? 1 / classes : 0));
        const target = Float32Array.from(probabilities, (p, i) => p - slope[i]! * (kind === 'cross-entropy' ? 1 : classes));
        const { gradients } = await trainer.gradients({ input, targets: new Map([[SLOPE, { shape: [1, classes], data: target }]]), seed: [0, 0] });
        found.push(gradients.get(`${PLACE}.bias`)!.data);
      }
      return found;
    },
    close: () => trainer.close(),
  };
}

/** Each place's share: the channels there, weighted by the class's gradients. Signed: what speaks against a class counts too. @param map [places, channels] */
export function weightedMap(map: Float32Array, gradients: Float32Array): number[] {
  const channels = gradients.length;
  return Array.from({ length: map.length / channels }, (_, at) => gradients.reduce((sum, weight, k) => sum + weight * map[at * channels + k]!, 0));
}
