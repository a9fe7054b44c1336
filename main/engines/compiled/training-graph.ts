// Turns a TrainerSpec into one static TensorFlow graph: forward pass, losses, backward pass and optimizer update, and beside it a forward pass for inference.
import { parameters } from '../../nets/parameters.ts';
import { tensorflowShape } from '../../nets/layout.ts';
import { shapes } from '../../nets/shapes.ts';
import type { NodeId } from '../../nets/graph.ts';
import { sizeOf } from '../../tensor.ts';
import type { TrainerSpec } from '../engine.ts';
import { foldableNorms } from '../onnx/fold.ts';
import type { Ref } from './graph-writer.ts';
import { attribute, GraphWriter } from './graph-writer.ts';
import { emitLoss } from './losses/index.ts';
import { emitNetwork } from './operations/index.ts';
import type { Clock } from './optimizers.ts';
import { clipped, slotName, updateRule } from './optimizers.ts';
import { Pass } from './pass.ts';
import type { Value } from './pass.ts';
import type { GraphInput } from './session.ts';
import type { Access } from './variables.ts';
import { Variables } from './variables.ts';

export interface TrainingGraph {
  readonly savedModel: Uint8Array;
  readonly inputs: {
    /** [n, ...network.input] */
    readonly image: GraphInput;
    /** By key, each in the shape of its logits. */
    readonly targets: ReadonlyMap<string, GraphInput>;
    /** [n positions] */
    readonly weight: GraphInput;
    /** [2] */
    readonly seed: GraphInput;
    /** [groups] */
    readonly learningRate: GraphInput;
    readonly weightDecay: GraphInput;
    /** Scalars, in the order of `clock.names`. */
    readonly clock: readonly GraphInput[];
  };
  readonly clock: Clock;
  /** Positions of the logits of one picture: 1 for classification, height x width for maps. */
  readonly positions: number;
  readonly outputs: {
    /** The loss; fetching it makes one update. */
    readonly step: Ref;
    readonly loss: Ref;
    /** The network's output in the training pass, before the update. */
    readonly logits: Ref;
    readonly gradients: ReadonlyMap<string, Ref>;
    /** The network's output in inference mode. */
    readonly prediction: Ref;
    /** Sets all optimizer slots to zero. */
    readonly clear: Ref;
  };
  readonly inference: { readonly image: GraphInput };
  /** Parameters, statistics and slots by name, in TensorFlow's layout. */
  readonly access: ReadonlyMap<string, Access>;
  readonly slots: readonly string[];
}

/** @throws Error when the spec names what the network does not have, or trains nothing */
export function trainingGraph(spec: TrainerSpec): TrainingGraph {
  const { network } = spec;
  checkNames(spec);
  const graph = new GraphWriter();
  const variables = new Variables(graph);
  for (const parameter of parameters(network)) variables.declare(parameter.name, tensorflowShape(parameter));
  const placeholder = (name: string, type: GraphInput['type'], shape: readonly number[]): GraphInput => ({ ref: graph.placeholder(name, type, shape), type, shape });
  const scalars = (input: GraphInput, count: number) => graph.ops(count, 'Unpack', [input.ref], { T: attribute.type('float32'), num: attribute.integer(count), axis: attribute.integer(0) });
  const input = (image: GraphInput): Value => ({ ref: image.ref, shape: network.input, type: 'float32', needsGradient: false });

  // Forward
  const image = placeholder('image', 'float32', [-1, ...network.input]);
  const seed = placeholder('seed', 'int32', [2]);
  const training = new Pass(graph, {
    training: true, precision: spec.precision, read: (name) => variables.read(name), trainable: (name) => spec.groups.has(name),
    batchStatistics: spec.batchStatistics, seed: seed.ref,
  });
  const wanted = new Set([network.output, ...spec.loss.map(({ logits }) => logits)]);
  const folded = new Map([...foldableNorms(network, wanted)].filter(([, norm]) => !spec.batchStatistics.has(norm.id)));
  const values = graph.within('train/', () => emitNetwork(training, network, input(image), folded));
  const valueOf = (id: NodeId): Value => {
    const value = values.get(id);
    if (!value) throw new Error(`${network.id} has no node ${id}`);
    return value;
  };
  const { emit } = training;
  const logits = emit.output(valueOf(network.output).ref, valueOf(network.output).type);

  // Loss
  const positions = positionsOf(spec);
  const weight = placeholder('weight', 'float32', [-1]);
  const targets = new Map<string, GraphInput>();
  const loss = graph.within('loss/', () => {
    // A batch in which no position counts has loss 0 and no gradient.
    const share = emit.op('DivNoNan', [weight.ref, emit.reduce('Sum', weight.ref, [0])], 'float32');
    return emit.sum(spec.loss.map((term) => {
      const value = valueOf(term.logits);
      const target = targets.get(term.target) ?? graph.within('', () => placeholder(`target/${term.target}`, 'float32', [-1, ...value.shape]));
      if (String(target.shape.slice(1)) !== String(value.shape)) throw new Error(`target ${term.target} serves logits of two shapes`);
      targets.set(term.target, target);
      return emitLoss(training, term, value, target.ref, share);
    }));
  });

  // Backward
  const gradients = training.backward();
  if (gradients.size === 0) throw new Error(`${network.id}: the loss depends on nothing that is trained`);

  // Update
  const rule = updateRule(spec.optimizer);
  const slots = [...gradients.keys()].flatMap((name) => rule.slots.map((slot) => ({ name, slot: slotName(name, slot) })));
  for (const { name, slot } of slots) variables.declare(slot, variables.read(name).shape);
  const groups = 1 + Math.max(...spec.groups.values());
  const learningRate = placeholder('learningRate', 'float32', [groups]);
  const weightDecay = placeholder('weightDecay', 'float32', [groups]);
  const clock = rule.clock.names.map((name) => placeholder(name, 'float32', []));
  const step = graph.within('update/', () => {
    const rates = scalars(learningRate, groups);
    const decays = scalars(weightDecay, groups);
    const limited = spec.clipNorm === undefined ? gradients : clipped(emit, gradients, spec.clipNorm);
    const updates = [...limited].map(([name, gradient]) => {
      const group = spec.groups.get(name) ?? 0;
      const update = { name, value: training.parameter(name).ref, gradient, learningRate: rates[group] ?? '', weightDecay: decays[group] ?? '' };
      return rule.emit(emit, variables, update, clock.map(({ ref }) => ref));
    });
    const moved = [...training.movedStatistics].map(([name, value]) => variables.assign(name, value));
    // The binding cannot ask for nodes without outputs, so the loss waits for the updates.
    return emit.op('Identity', [loss], 'float32', {}, { name: 'step', control: [...updates, ...moved] });
  });

  // Inference
  const inferenceImage = placeholder('inference/image', 'float32', [-1, ...network.input]);
  const inference = new Pass(graph, { training: false, precision: spec.precision, read: (name) => variables.read(name), trainable: () => false, batchStatistics: new Set() });
  const inferred = graph.within('inference/', () => emitNetwork(inference, network, input(inferenceImage), foldableNorms(network, new Set([network.output])))).get(network.output);
  if (!inferred) throw new Error(`${network.id} has no output`);
  const prediction = emit.output(inferred.ref, inferred.type);

  const slotNames = slots.map(({ slot }) => slot);
  return {
    inputs: { image, targets, weight, seed, learningRate, weightDecay, clock }, clock: rule.clock, positions,
    outputs: { step, loss, logits, gradients: new Map([...gradients].map(([name, ref]) => [name, emit.output(ref)])), prediction, clear: variables.clearing(slotNames) },
    inference: { image: inferenceImage }, access: variables.access(), slots: slotNames, savedModel: graph.savedModel(),
  };
}

function checkNames({ network, groups, batchStatistics, loss }: TrainerSpec): void {
  const roles = new Map(parameters(network).map(({ name, role }) => [name, role]));
  for (const [name, group] of groups) {
    if (roles.get(name) !== 'weight') throw new Error(`${network.id} has no parameter ${name} to train`);
    if (!Number.isInteger(group) || group < 0) throw new Error(`${name}: ${group} is not a parameter group`);
  }
  const norms = new Set(network.nodes.filter(({ op }) => op === 'norm').map(({ id }) => id));
  for (const id of batchStatistics) if (!norms.has(id)) throw new Error(`${network.id} has no norm ${id}`);
  if (loss.length === 0) throw new Error('a loss needs at least one term');
}

/** All terms share the weights of a batch, so their logits must have the same positions. */
function positionsOf({ network, loss }: TrainerSpec): number {
  const known = shapes(network);
  const counts = new Set(loss.map(({ logits }) => sizeOf((known.get(logits) ?? []).slice(0, -1))));
  const [count] = counts;
  if (count === undefined || counts.size > 1) throw new Error(`terms of a loss over different positions: ${[...counts].join(', ')}`);
  return count;
}
