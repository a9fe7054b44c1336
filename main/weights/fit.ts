// Whether the tensors of a file are those of a network, by name and shape, and if not, which network they look like.
import { StudioError } from '#contract/errors.ts';
import type { Network } from '../nets/graph.ts';
import { classifier, parameters, variants } from '../nets/index.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import { adaptChannels } from './channels.ts';
import { isPth, readPth } from './pth.ts';
import { readSafetensors } from './safetensors.ts';
import type { SafetensorsFile } from './safetensors.ts';
import { fromTorchvision } from './torchvision.ts';

export interface LoadOptions {
  /** `required`: the classifier must be there with the network's classes. `optional`: it is left out of the answer when it is missing or has other classes. */
  readonly head: 'required' | 'optional';
}

/**
 * The values of a network's parameters and statistics from a safetensors or .pth file, under timm's or torchvision's names.
 * A first convolution for RGB is adapted to the channels that the network takes (see channels.ts).
 * @returns one tensor per parameter, in the network's order, but for a classifier that does not fit when it is optional
 * @throws StudioError `unreadable` for an unsound file, `weights.wrong-network` with what is different
 */
export function loadWeights(bytes: Uint8Array, network: Network, { head }: LoadOptions): TensorMap {
  const read = isPth(bytes) ? readPth(bytes) : readSafetensors(bytes);
  const file = { ...read, tensors: adaptChannels(fromTorchvision(read.tensors, expectedShapes(network, null)), network) };
  const expected = expectedShapes(network, head === 'optional' ? sizeOfHead(file.tensors, network) : null);
  const { differences } = compare(file.tensors, expected, unread(network.id));
  const named = file.metadata.get('architecture');
  // Networks that differ in padding only have the same tensors; a file that names its network is believed.
  const othersName = variants.some(({ id }) => id === named) && named !== network.id;
  if (differences.length > 0 || othersName) throw wrongNetwork(file, network, differences, othersName ? named : undefined);
  const wanted = expectedShapes(network, null);
  return new Map([...wanted].flatMap(([name, shape]): [string, Tensor][] => {
    const tensor = file.tensors.get(name);
    return tensor && String(tensor.shape) === String(shape) ? [[name, tensor]] : [];
  }));
}

/** Whether a tensor is left unread: a counter that PyTorch keeps beside batch norms (some writers store them as floats), or what the variant declares. */
type Unread = (name: string) => boolean;

function unread(id: string): Unread {
  const beginnings = variants.find((variant) => variant.id === id)?.unread ?? [];
  return (name) => name.endsWith('.num_batches_tracked') || beginnings.some((beginning) => name.startsWith(beginning));
}

/** A classifier's size in a file: its classes, or `missing`. Null: as the network has it. */
type Head = number | 'missing' | null;

function sizeOfHead(tensors: TensorMap, network: Network): Head {
  return tensors.get(`${classifier(network).id}.weight`)?.shape[0] ?? 'missing';
}

/** Shape by name, with another classifier than the network's when asked. */
function expectedShapes(network: Network, head: Head): ReadonlyMap<string, readonly number[]> {
  const { id } = classifier(network);
  return new Map(parameters(network).flatMap(({ name, node, shape }): [string, readonly number[]][] => {
    if (node !== id || head === null) return [[name, shape]];
    return head === 'missing' ? [] : [[name, [head, ...shape.slice(1)]]];
  }));
}

interface Comparison {
  /** Sentences without a full stop. */
  readonly differences: readonly string[];
  /** Share of all names on either side that agree in shape. */
  readonly agreement: number;
}

function compare(tensors: TensorMap, expected: ReadonlyMap<string, readonly number[]>, ignored: Unread): Comparison {
  const differences: string[] = [];
  let agreeing = 0;
  for (const [name, shape] of expected) {
    const found = tensors.get(name);
    if (!found) differences.push(`${name} is missing`);
    else if (String(found.shape) !== String(shape)) differences.push(`${name} is [${found.shape.join(', ')}] instead of [${shape.join(', ')}]`);
    else agreeing++;
  }
  const unknown = [...tensors.keys()].filter((name) => !expected.has(name) && !ignored(name));
  differences.push(...unknown.map((name) => `${name.slice(0, 80)} does not belong to it`));
  return { differences, agreement: agreeing / (expected.size + unknown.length) };
}

/** Ids of the networks that a file fits best, whatever its classes; none when less than half of the tensors agree. */
export function looksLike(tensors: TensorMap): readonly string[] {
  const scores = variants.map((variant) => {
    const network = variant.build({ classes: 1000 });
    const own = fromTorchvision(tensors, expectedShapes(network, null));
    return { id: variant.id, agreement: compare(own, expectedShapes(network, sizeOfHead(own, network)), unread(variant.id)).agreement };
  });
  const best = Math.max(...scores.map(({ agreement }) => agreement));
  return best < 0.5 ? [] : scores.filter(({ agreement }) => agreement === best).map(({ id }) => id);
}

function wrongNetwork({ tensors, metadata }: SafetensorsFile, network: Network, differences: readonly string[], named: string | undefined): StudioError {
  const like = named === undefined ? looksLike(tensors) : [named];
  const guess = like.length === 0 ? 'they look like no network that Fovea knows'
    : like.includes(network.id) ? `most of them are its own` : named === undefined ? `they look like ${like.join(' or ')}` : `their file says that they are for ${named}`;
  const advice = like.length === 0 || like.includes(network.id) ? 'Choose another file.' : `Choose ${like[0]} as the backbone, or another file.`;
  const first = differences.slice(0, 3).join('; ');
  const more = differences.length > 3 ? `; and ${differences.length - 3} more` : '';
  return new StudioError('unreadable', 'weights.wrong-network', { network: network.id, like: like.join(', '), differences: differences.length, source: metadata.get('architecture') ?? '' },
    `These weights are not for ${network.id}: ${guess}. ${differences.length > 0 ? `Differences: ${first}${more}. ` : ''}${advice}`);
}
