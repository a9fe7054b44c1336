// Turns a TrainerSpec into one static TensorFlow graph: forward pass, losses, backward pass and optimizer update, and beside it a forward pass for inference.
import type { NodeId } from '../../nets/graph.ts';
import { parameters } from '../../nets/parameters.ts';
import type { TrainerSpec } from '../engine.ts';
import { lossNodes } from '../loss-terms.ts';
import { foldableNorms } from '../onnx/fold.ts';
import type { GraphInput, Ref } from './graph-writer.ts';
import { attribute, GraphWriter } from './graph-writer.ts';
import { emitInference } from './inference.ts';
import { emitNetwork } from './operations/index.ts';
import type { Clock, UpdateRule } from './optimizers.ts';
import { clipped, halfSquares, lengthOf, slotName, updateRule } from './optimizers.ts';
import { Pass } from './pass.ts';
import type { Value } from './pass.ts';
import { emitTotalLoss, valueOf } from './total-loss.ts';
import type { TotalLoss } from './total-loss.ts';
import type { Access, Variables } from './variables.ts';
import { networkVariables } from './variables.ts';

export interface TrainingGraph {
  readonly savedModel: Uint8Array;
  readonly inputs: {
    /** [n, ...network.input] */
    readonly image: GraphInput;
    readonly targets: TotalLoss['targets'];
    /** [2] */
    readonly seed: GraphInput;
    /** [groups] */
    readonly learningRate: GraphInput;
    readonly weightDecay: GraphInput;
    /** Scalars, in the order of `clock.names`. */
    readonly clock: readonly GraphInput[];
    /** Pictures to predict, [n, ...network.input]. */
    readonly unseen: GraphInput;
  };
  readonly clock: Clock;
  readonly outputs: {
    /** The loss; fetching it makes one update. */
    readonly step: Ref;
    readonly loss: Ref;
    /** [terms] */
    readonly terms: Ref;
    /** [groups] */
    readonly gradientNorms: Ref;
    /** The network's output in the training pass, before the update. */
    readonly logits: Ref;
    readonly gradients: ReadonlyMap<string, Ref>;
    /** In inference mode, by node. */
    readonly predictions: ReadonlyMap<NodeId, Ref>;
    /** Sets all optimizer slots to zero. */
    readonly clear: Ref;
  };
  /** What the loss compares parameters with, by name of its variable. */
  readonly constants: TotalLoss['constants'];
  /** Parameters, statistics, slots and constants by name, in TensorFlow's layout. */
  readonly access: ReadonlyMap<string, Access>;
  readonly slots: readonly string[];
}

/** @throws Error when the spec names what the network does not have, or trains nothing */
export function trainingGraph(spec: TrainerSpec): TrainingGraph {
  const { network, precision, batchStatistics } = spec;
  checkNames(spec);
  const graph = new GraphWriter();
  const variables = networkVariables(graph, network);
  const image = graph.placeholder('image', 'float32', [-1, ...network.input]);
  const seed = graph.placeholder('seed', 'int32', [2]);

  const pass = new Pass(graph, { training: true, precision, read: (name) => variables.read(name), trainable: (name) => spec.groups.has(name), batchStatistics, seed: seed.ref });
  const values = emitForward(pass, spec, image);
  const { loss, terms, targets, constants } = emitTotalLoss(pass, spec.loss, network, values, variables);
  const gradients = pass.backward();
  if (gradients.size === 0) throw new Error(`${network.id}: the loss depends on nothing that is trained`);
  const { step, gradientNorms, learningRate, weightDecay, clock, slots, rule } = emitUpdate(pass, spec, variables, gradients, loss);

  const unseen = graph.placeholder('inference/image', 'float32', [-1, ...network.input]);
  const predicted = [network.output, ...spec.alsoPredicts ?? []];
  const inferred = emitInference(variables, network, unseen, { outputs: predicted, precision });

  const { emit } = pass;
  const logits = valueOf(network, values, network.output);
  return {
    inputs: { image, targets, seed, learningRate, weightDecay, clock, unseen }, clock: rule.clock,
    outputs: {
      step, loss, terms, gradientNorms, logits: emit.output(logits.ref, logits.type), gradients: new Map([...gradients].map(([name, ref]) => [name, emit.output(ref)])),
      predictions: new Map(predicted.map((node, i) => [node, inferred[i] ?? ''])), clear: variables.clearing(slots),
    },
    constants, access: variables.access(), slots, savedModel: graph.savedModel(),
  };
}

function emitForward(pass: Pass, { network, batchStatistics, loss }: TrainerSpec, image: GraphInput): ReadonlyMap<NodeId, Value> {
  const wanted = new Set([network.output, ...loss.flatMap(lossNodes)]);
  const folded = new Map([...foldableNorms(network, wanted)].filter(([, norm]) => !batchStatistics.has(norm.id)));
  const input: Value = { ref: image.ref, shape: network.input, type: 'float32', needsGradient: false };
  return pass.emit.graph.within('train/', () => emitNetwork(pass, network, input, folded));
}

interface EmittedUpdate {
  /** The loss, given once all updates are made. */
  readonly step: Ref;
  readonly gradientNorms: Ref;
  readonly learningRate: GraphInput;
  readonly weightDecay: GraphInput;
  readonly clock: readonly GraphInput[];
  readonly slots: readonly string[];
  readonly rule: UpdateRule;
}

function emitUpdate(pass: Pass, { optimizer, groups, clipNorm }: TrainerSpec, variables: Variables, gradients: ReadonlyMap<string, Ref>, loss: Ref): EmittedUpdate {
  const { emit } = pass;
  const { graph } = emit;
  const rule = updateRule(optimizer);
  const slots = [...gradients.keys()].flatMap((name) => rule.slots.map((slot) => {
    variables.declare(slotName(name, slot), pass.parameter(name).shape);
    return slotName(name, slot);
  }));
  const count = 1 + Math.max(...groups.values());
  const learningRate = graph.placeholder('learningRate', 'float32', [count]);
  const weightDecay = graph.placeholder('weightDecay', 'float32', [count]);
  const clock = rule.clock.names.map((name) => graph.placeholder(name, 'float32', []));
  const halves = graph.within('norms/', () => halfSquares(emit, gradients));
  const gradientNorms = graph.within('norms/', () => {
    const perGroup = Array.from({ length: count }, (_, group) => [...halves].flatMap(([name, half]) => (groups.get(name) === group ? [half] : [])));
    return emit.op('Pack', perGroup.map((own) => (own.length === 0 ? emit.number(0) : lengthOf(emit, own))), 'float32', { N: attribute.integer(count), axis: attribute.integer(0) });
  });
  const step = graph.within('update/', () => {
    const perGroup = (input: GraphInput) => graph.ops(count, 'Unpack', [input.ref], { T: attribute.type('float32'), num: attribute.integer(count), axis: attribute.integer(0) });
    const [rates, decays] = [perGroup(learningRate), perGroup(weightDecay)];
    const limited = clipNorm === undefined ? gradients : clipped(emit, gradients, [...halves.values()], clipNorm);
    const updates = [...limited].map(([name, gradient]) => {
      const group = groups.get(name) ?? 0;
      const update = { name, value: pass.parameter(name).ref, gradient, learningRate: rates[group] ?? '', weightDecay: decays[group] ?? '' };
      return rule.emit(emit, variables, update, clock.map(({ ref }) => ref));
    });
    const moved = [...pass.movedStatistics].map(([name, value]) => variables.assign(name, value));
    // The binding cannot ask for nodes without outputs, so the loss waits for the updates.
    return emit.op('Identity', [loss], 'float32', {}, { name: 'step', control: [...updates, ...moved] });
  });
  return { step, gradientNorms, learningRate, weightDecay, clock, slots, rule };
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
