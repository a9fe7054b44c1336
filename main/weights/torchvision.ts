// torchvision's names for tensors that timm, and so our networks, call otherwise.
import { sizeOf } from '../tensor.ts';
import type { Tensor, TensorMap } from '../tensor.ts';

/** Old files of DenseNet: `denselayer1.norm.1.weight` is `denselayer1.norm1.weight` today. */
const denseLayer = /^(.*denselayer\d+\.(?:norm|relu|conv))\.((?:[12])\.(?:weight|bias|running_mean|running_var|num_batches_tracked))$/;

/** VGG's dense layers, which timm writes as convolutions. */
const vgg = [['classifier.0.', 'pre_logits.fc1.'], ['classifier.3.', 'pre_logits.fc2.'], ['classifier.6.', 'head.fc.']] as const;

/**
 * The tensors under the names, and dense weights in the shapes, that a network has: [out, (c, h, w)] becomes [out, c, h, w], the same numbers in the same order.
 * What the network does not have keeps its name, and so does what would take the place of another tensor.
 * @param expected shapes by name
 */
export function fromTorchvision(tensors: TensorMap, expected: ReadonlyMap<string, readonly number[]>): TensorMap {
  const renamed = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    const own = ownName(name, expected);
    const free = own === name || !tensors.has(own);
    renamed.set(free ? own : name, free ? unfolded(tensor, expected.get(own)) : tensor);
  }
  return renamed;
}

function ownName(name: string, expected: ReadonlyMap<string, readonly number[]>): string {
  const layer = denseLayer.exec(name);
  if (layer) return `${layer[1]}${layer[2]}`;
  const pair = expected.has(name) ? undefined : vgg.find(([theirs]) => name.startsWith(theirs));
  const own = pair ? pair[1] + name.slice(pair[0].length) : name;
  return expected.has(own) ? own : name;
}

function unfolded(tensor: Tensor, shape: readonly number[] | undefined): Tensor {
  const [out, columns] = tensor.shape;
  const fits = shape?.length === 4 && tensor.shape.length === 2 && out === shape[0] && columns === sizeOf(shape.slice(1));
  return fits ? { shape, data: tensor.data } : tensor;
}
