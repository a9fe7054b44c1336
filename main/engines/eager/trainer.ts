// Training a network eagerly: forward, loss, backward and update, tensor by tensor.
import * as tf from '@tensorflow/tfjs-core';
import type { TensorMap } from '../../tensor.ts';
import type { Batch, Trainer, TrainerSpec } from '../engine.ts';
import { lossNodes } from '../loss-terms.ts';
import { lossOf, type Loss } from './losses/index.ts';
import { clipFactor, squaresOf, update } from './optimizer.ts';
import { runPass, type Pass } from './pass.ts';
import { numbers, onBackend, pictures } from './scope.ts';
import { State } from './state.ts';

export function openEagerTrainer(backend: string, spec: TrainerSpec, closed: () => void): Trainer {
  const { network, groups, batchStatistics, loss, optimizer, clipNorm } = spec;
  const state = new State(network);
  for (const name of groups.keys()) state.check(name);
  const trainable = new Set(groups.keys());
  const value = (name: string) => state.get(name);
  const outputs = [...new Set([network.output, ...loss.flatMap(lossNodes)])];
  const predictable = new Set([network.output, ...spec.alsoPredicts ?? []]);
  const groupCount = 1 + Math.max(...groups.values());
  const constants = new Map<TensorMap, State>();
  let steps = 0;

  const constant = (values: TensorMap, parameter: string): tf.Tensor => {
    let held = constants.get(values);
    if (!held) constants.set(values, held = new State(network));
    if (!held.has(parameter)) held.load(new Map([[parameter, required(values, parameter)]]));
    return held.get(parameter);
  };
  const parameter = (name: string): tf.Tensor => {
    if (!trainable.has(name)) throw new Error(`${name} has an anchor but is not trained`);
    return value(name);
  };

  const forward = (batch: Batch): { readonly pass: Pass; readonly lost: Loss } => {
    const pass = runPass(pictures(batch.input, network.input, network.id), { network, value, outputs, training: { trainable, batchStatistics, seed: batch.seed } });
    return { pass, lost: lossOf(loss, { outputs: pass.outputs, batch, parameter, constant }) };
  };

  /** Gradients of the loss by parameter: through the network, and of terms that read parameters themselves. */
  const backward = ({ pass, lost }: ReturnType<typeof forward>): ReadonlyMap<string, tf.Tensor> => {
    const gradients = new Map(pass.backward(lost.gradients));
    for (const [name, gradient] of lost.parameterGradients) {
      const before = gradients.get(name);
      gradients.set(name, before ? tf.add(before, gradient) : gradient);
    }
    return gradients;
  };

  return {
    get steps() {
      return steps;
    },
    async load(values, options) {
      onBackend(backend, () => {
        if (options.fresh) {
          state.clearSlots();
          steps = 0;
        }
        if (options.steps !== undefined) steps = options.steps;
        state.load(values);
      });
    },
    async step(batch, rates) {
      return onBackend(backend, () => {
        const made = forward(batch);
        const { pass, lost } = made;
        const result = { loss: number(lost.value), terms: lost.terms.map(number), logits: numbers(pass.outputs.get(network.output)!) };
        const gradients = backward(made);
        const squares = new Array<number>(groupCount).fill(0);
        for (const [name, gradient] of gradients) squares[groups.get(name)!]! += squaresOf(gradient);
        const factor = clipNorm === undefined ? 1 : clipFactor(squares.reduce((sum, x) => sum + x), clipNorm);
        steps++;
        for (const [name, gradient] of gradients) {
          const group = groups.get(name)!;
          tf.tidy(() => update(state, name, factor === 1 ? gradient : tf.mul(gradient, factor), optimizer, {
            learningRate: rates.learningRate[group]!, weightDecay: rates.weightDecay[group]!, step: steps,
          }));
          gradient.dispose();
        }
        for (const [name, statistic] of pass.statistics) state.set(name, statistic);
        return { ...result, gradientNorms: squares.map(Math.sqrt) };
      });
    },
    async gradients(batch) {
      return onBackend(backend, () => {
        const made = forward(batch);
        return {
          loss: number(made.lost.value),
          gradients: new Map([...backward(made)].map(([name, gradient]) => [name, state.read(name, gradient)])),
        };
      });
    },
    async predict(input, node = network.output) {
      if (!predictable.has(node)) throw new Error(`${network.id} was not asked to predict ${node}`);
      return onBackend(backend, () => numbers(runPass(pictures(input, network.input, network.id), { network, value, outputs: [node] }).outputs.get(node)!));
    },
    async save(options) {
      return onBackend(backend, () => state.save(options));
    },
    async close() {
      onBackend(backend, () => {
        for (const one of [state, ...constants.values()]) one.close();
      });
      closed();
    },
  };
}

const number = (scalar: tf.Tensor): number => scalar.dataSync()[0]!;

function required(values: TensorMap, name: string) {
  const tensor = values.get(name);
  if (!tensor) throw new Error(`the loss has no number for ${name}`);
  return tensor;
}
