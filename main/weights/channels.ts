// Weights trained on RGB pictures for pictures with another number of channels: the first convolution is adapted so that grey stays grey.
import type { Preprocessing } from '#contract/runs.ts';
import { INPUT } from '../nets/graph.ts';
import type { Network } from '../nets/graph.ts';
import type { Tensor, TensorMap } from '../tensor.ts';

/**
 * The tensors with the first convolution for as many channels as the network takes, where the file has three and the network another number.
 * One channel: the sum over red, green and blue, so that a grey picture gives what its RGB copy gives.
 * More: channel i takes the kernel of colour i mod 3, divided by how many channels take that colour. A picture that is the same in all channels
 * then gives what its RGB copy gives, for any number from three on. Two: the sum over the colours is shared by both.
 */
export function adaptChannels(tensors: TensorMap, network: Network): TensorMap {
  const channels = network.input.at(-1);
  const first = network.nodes.find((node) => node.op === 'conv' && node.from[0] === INPUT);
  const name = `${first?.id}.weight`;
  const weight = tensors.get(name);
  if (channels === undefined || channels === 3 || !weight || weight.shape.length !== 4 || weight.shape[1] !== 3) return tensors;
  return new Map([...tensors].map(([id, tensor]) => [id, id === name ? adapted(weight, channels) : tensor]));
}

/** [out, 3, h, w] to [out, channels, h, w] */
function adapted({ shape, data }: Tensor, channels: number): Tensor {
  const [out = 0, colours = 0, height = 0, width = 0] = shape;
  const area = height * width;
  const result = new Float32Array(out * channels * area);
  for (let filter = 0; filter < out; filter++) for (let channel = 0; channel < channels; channel++) for (let colour = 0; colour < colours; colour++) {
    const share = channels < colours ? 1 / channels : channel % colours === colour ? 1 / Math.ceil((channels - colour) / colours) : 0;
    if (share === 0) continue;
    const from = (filter * colours + colour) * area, to = (filter * channels + channel) * area;
    for (let i = 0; i < area; i++) result[to + i] = result[to + i]! + share * data[from + i]!;
  }
  return { shape: [out, channels, height, width], data: result };
}

/**
 * Preprocessing for another number of channels: every channel is normalised by the mean over the colours' means and deviations.
 * Where the colours have one mean and one deviation (weights from TensorFlow) nothing changes; ImageNet's lie within 10 % of their mean.
 */
export function adaptPreprocessing(preprocessing: Preprocessing, channels: number): Preprocessing {
  if (preprocessing.channels === channels) return preprocessing;
  const average = (values: readonly number[]) => Array.from({ length: channels }, () => values.reduce((sum, value) => sum + value, 0) / values.length);
  return { ...preprocessing, channels, mean: average(preprocessing.mean), std: average(preprocessing.std) };
}
