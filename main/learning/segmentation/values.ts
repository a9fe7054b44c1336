// Values of a U-Net: its encoder's from a classifier's file or a trained model, the rest drawn.
import { StudioError } from '#contract/errors.ts';
import type { TrainDocument } from '#contract/jobs.ts';
import type { Blobs } from '../../blobs/index.ts';
import type { Network } from '../../nets/graph.ts';
import { ENCODER, initialValues, parameters, variant, variants } from '../../nets/index.ts';
import type { TensorMap } from '../../tensor.ts';
import { readSafetensors } from '../../weights/index.ts';
import { baseValues } from '../model.ts';

type Source = Pick<TrainDocument, 'backbone' | 'weights' | 'preprocessing'>;

/** What the pretrained file gives the encoder, under the U-Net's names. */
export async function encoderValues({ backbone, weights, preprocessing: { size, channels } }: Source, network: Network): Promise<TensorMap> {
  if (weights.base === null || !variants.some(({ id }) => id === backbone)) return new Map();
  const values = await baseValues(weights, variant(backbone).build({ classes: 1, inputSize: size, channels }));
  const own = new Set(parameters(network).map(({ name }) => name));
  return new Map([...values].flatMap(([name, tensor]) => (own.has(ENCODER + name) ? [[ENCODER + name, tensor] as const] : [])));
}

/**
 * What a trained model changed, under the U-Net's names: a U-Net's own tensors, or the backbone of a classifier.
 * Tensors that this network has in another shape, such as a head for other classes, are left out.
 */
export async function modelTensors({ weights }: Source, network: Network, blobs: Blobs): Promise<TensorMap> {
  if (weights.delta === null) return new Map();
  const shapes = new Map(parameters(network).map(({ name, shape }) => [name, String(shape)]));
  return new Map([...readSafetensors(await blobs.get(weights.delta)).tensors].flatMap(([name, tensor]) => {
    const own = shapes.has(name) ? name : ENCODER + name;
    return shapes.get(own) === String(tensor.shape) ? [[own, tensor] as const] : [];
  }));
}

/**
 * All values at the start of a run: over what is drawn from the seed those of the file and of the model that it begins with.
 * @param continues whether the head is known too, since the maps stand for the same classes; otherwise it is a new one
 */
export function startingValues(known: TensorMap, network: Network, seed: number, continues: boolean): TensorMap {
  return new Map([...initialValues(network, seed, { head: 'uniform' })].map(([name, tensor]) => [name, !continues && name.startsWith(`${network.output}.`) ? tensor : known.get(name) ?? tensor]));
}

/** Whether a run goes on with the head of the model that it begins with: a U-Net for the same classes in the same order. */
export function continuesHead({ parent, classes }: Pick<TrainDocument, 'parent' | 'classes'>): boolean {
  return parent?.head.kind === 'segmentation' && parent.classes.join('\n') === classes.join('\n');
}

/** All values of a trained model. @throws StudioError unreadable where one is missing */
export async function maskModelValues(source: Source, network: Network, blobs: Blobs): Promise<TensorMap> {
  const known = new Map([...await encoderValues(source, network), ...await modelTensors(source, network, blobs)]);
  return new Map(parameters(network).map(({ name }) => {
    const tensor = known.get(name);
    if (!tensor) throw new StudioError('unreadable', 'model.incomplete', { network: network.id, tensor: name }, `The model lacks ${name} of ${network.id}. Its files are not complete: restore the project from a copy.`);
    return [name, tensor];
  }));
}
