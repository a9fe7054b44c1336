// A training program: the compiled graph of a TrainerSpec in a session, with values in PyTorch's layout at its border.
import type { NodeId } from '../../nets/graph.ts';
import { fromTensorflow, toTensorflow } from '../../nets/layout.ts';
import { parameters } from '../../nets/parameters.ts';
import type { Parameter } from '../../nets/parameters.ts';
import type { Tensor, TensorMap } from '../../tensor.ts';
import type { Batch, Rates, Step, Trainer, TrainerSpec } from '../engine.ts';
import type { NativeBinding } from '../native-binding.ts';
import type { GraphInput, Ref } from './graph-writer.ts';
import type { Feed } from './session.ts';
import { GraphSession } from './session.ts';
import type { TrainingGraph } from './training-graph.ts';
import { trainingGraph } from './training-graph.ts';
import type { Access } from './variables.ts';

/** @param closed called once, when the trainer is closed */
export function compiledTrainer(binding: NativeBinding, spec: TrainerSpec, closed: () => void): Trainer {
  return new CompiledTrainer(binding, spec, closed);
}

class CompiledTrainer implements Trainer {
  readonly #graph: TrainingGraph;
  readonly #session: GraphSession;
  readonly #network: string;
  readonly #output: NodeId;
  readonly #layouts: ReadonlyMap<string, Parameter>;
  readonly #unset: Set<string>;
  readonly #closed: () => void;
  #steps = 0;

  constructor(binding: NativeBinding, spec: TrainerSpec, closed: () => void) {
    this.#graph = trainingGraph(spec);
    this.#session = new GraphSession(binding, this.#graph.savedModel);
    this.#network = spec.network.id;
    this.#output = spec.network.output;
    const owned = new Map(parameters(spec.network).map((parameter) => [parameter.name, parameter]));
    this.#layouts = new Map([...this.#graph.access.keys()].map((name) => [name, ownerOf(this.#graph.constants.get(name)?.parameter ?? name, owned)]));
    this.#unset = new Set([...this.#graph.access.keys()].filter((name) => !this.#graph.constants.has(name)));
    this.#closed = closed;
    this.#setConstants();
  }

  get steps(): number {
    return this.#steps;
  }

  async load(values: TensorMap, { fresh, steps }: { readonly fresh: boolean; readonly steps?: number }): Promise<void> {
    if (fresh) {
      this.#session.run([], [this.#graph.outputs.clear]);
      for (const slot of this.#graph.slots) this.#unset.delete(slot);
      this.#steps = 0;
    }
    this.#set(values);
    for (const name of values.keys()) this.#unset.delete(name);
    this.#steps = steps ?? this.#steps;
  }

  async step(batch: Batch, rates: Rates): Promise<Step> {
    const { inputs, outputs, clock } = this.#graph;
    const moments = clock.at(this.#steps + 1);
    const [loss, terms, norms, logits] = this.#run([
      ...this.#batch(batch), vector(inputs.learningRate, rates.learningRate), vector(inputs.weightDecay, rates.weightDecay),
      ...inputs.clock.map((input, i) => ({ input, shape: [], data: Float32Array.of(moments[i] ?? NaN) })),
    ], [outputs.step, outputs.terms, outputs.gradientNorms, outputs.logits]);
    this.#steps += 1;
    return { loss: scalar(loss), terms: [...terms!.data], logits: logits!, gradientNorms: [...norms!.data] };
  }

  async gradients(batch: Batch): Promise<{ readonly loss: number; readonly gradients: TensorMap }> {
    const { loss, gradients } = this.#graph.outputs;
    const [value, ...fetched] = this.#run(this.#batch(batch), [loss, ...gradients.values()]);
    return { loss: scalar(value), gradients: this.#named([...gradients.keys()], fetched) };
  }

  async predict(input: Tensor, node = this.#output): Promise<Tensor> {
    const wanted = this.#graph.outputs.predictions.get(node);
    if (wanted === undefined) throw new Error(`${this.#network} was not asked to predict ${node}`);
    const [prediction] = this.#run([{ input: this.#graph.inputs.unseen, ...input }], [wanted]);
    return prediction!;
  }

  async save({ slots }: { readonly slots: boolean }): Promise<TensorMap> {
    const left = new Set(slots ? [] : this.#graph.slots);
    const names = [...this.#graph.access.keys()].filter((name) => !left.has(name) && !this.#graph.constants.has(name));
    return this.#named(names, this.#run([], names.map((name) => this.#access(name).save)));
  }

  async close(): Promise<void> {
    this.#session.close();
    this.#closed();
  }

  #run(feeds: readonly Feed[], fetches: readonly Ref[]): readonly Tensor[] {
    const [missing] = this.#unset;
    if (missing !== undefined) throw new Error(`${this.#network}: no value of ${missing} was loaded`);
    return this.#session.run(feeds, fetches);
  }

  #batch({ input, targets, weight: common, weights, seed }: Batch): readonly Feed[] {
    const { inputs } = this.#graph;
    const pictures = input.shape[0] ?? 0;
    return [
      { input: inputs.image, ...input },
      ...[...inputs.targets].flatMap(([key, { target, weight, positions }]): readonly Feed[] => {
        const tensor = targets.get(key);
        if (!tensor) throw new Error(`a batch without its target ${key}`);
        const given = weights?.get(key) ?? common;
        // Always fed, so that batches with and without weights share one executor.
        return [{ input: target, ...tensor }, ...(weight ? [{ input: weight, shape: [pictures * positions], data: given ?? new Float32Array(pictures * positions).fill(1) }] : [])];
      }),
      { input: inputs.seed, shape: [2], data: Int32Array.from(seed, (word) => word | 0) },
    ];
  }

  #setConstants(): void {
    this.#set(new Map([...this.#graph.constants].map(([name, { tensor }]) => [name, tensor])));
  }

  #set(values: TensorMap): void {
    const entries = [...values].map(([name, tensor]) => {
      const access = this.#access(name);
      return { access, feed: { input: access.value, ...toTensorflow(checked(name, tensor, this.#layout(name)), this.#layout(name)) } };
    });
    this.#session.run(entries.map(({ feed }) => feed), entries.map(({ access }) => access.load));
  }

  #named(names: readonly string[], tensors: readonly Tensor[]): TensorMap {
    return new Map(names.map((name, i) => [name, fromTensorflow(tensors[i]!.data, this.#layout(name))]));
  }

  #access(name: string): Access {
    const access = this.#graph.access.get(name);
    if (!access) throw new Error(`${this.#network} has nothing called ${name}`);
    return access;
  }

  #layout(name: string): Parameter {
    const parameter = this.#layouts.get(name);
    if (!parameter) throw new Error(`${this.#network} has nothing called ${name}`);
    return parameter;
  }
}

/** The parameter whose layout a tensor has: itself, or for a slot `<parameter>/<slot>` the parameter before the slash. */
function ownerOf(name: string, parameters: ReadonlyMap<string, Parameter>): Parameter {
  const owner = parameters.get(name) ?? parameters.get(name.slice(0, name.lastIndexOf('/')));
  if (!owner) throw new Error(`${name} belongs to no parameter`);
  return owner;
}

function checked(name: string, { shape, data }: Tensor, parameter: Parameter): Float32Array {
  if (shape.join() !== parameter.shape.join()) throw new Error(`${name} has shape [${parameter.shape.join(', ')}], not [${shape.join(', ')}]`);
  return data;
}

function vector(input: GraphInput, values: readonly number[]): Feed {
  return { input, shape: [values.length], data: Float32Array.from(values) };
}

function scalar(tensor: Tensor | undefined): number {
  const value = tensor?.data[0];
  if (value === undefined) throw new Error('TensorFlow gave no number');
  return value;
}
