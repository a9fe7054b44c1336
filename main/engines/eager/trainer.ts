// Training a network eagerly: forward, loss, backward and update, tensor by tensor.
import * as tf from '@tensorflow/tfjs-core';
import type { Batch, Trainer, TrainerSpec } from '../engine.ts';
import { lossOf, type Loss } from './loss.ts';
import { clipFactor, update } from './optimizer.ts';
import { runPass, type Pass } from './pass.ts';
import { numbers, onBackend, pictures } from './scope.ts';
import { State } from './state.ts';

export function openEagerTrainer(backend: string, spec: TrainerSpec, closed: () => void): Trainer {
  const { network, groups, batchStatistics, loss, optimizer, clipNorm } = spec;
  const state = new State(network);
  for (const name of groups.keys()) state.check(name);
  const trainable = new Set(groups.keys());
  const value = (name: string) => state.get(name);
  const outputs = [...new Set([network.output, ...loss.map(({ logits }) => logits)])];
  let steps = 0;

  const forward = (batch: Batch): { readonly pass: Pass; readonly lost: Loss } => {
    const pass = runPass(pictures(batch.input, network.input, network.id), { network, value, outputs, training: { trainable, batchStatistics, seed: batch.seed } });
    return { pass, lost: lossOf(loss, pass.outputs, batch) };
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
        const { pass, lost } = forward(batch);
        const result = { loss: lost.value.dataSync()[0]!, logits: numbers(pass.outputs.get(network.output)!) };
        const gradients = pass.backward(lost.gradients);
        const factor = clipNorm === undefined ? 1 : clipFactor(gradients.values(), clipNorm);
        steps++;
        for (const [name, gradient] of gradients) {
          const group = groups.get(name)!;
          tf.tidy(() => update(state, name, factor === 1 ? gradient : tf.mul(gradient, factor), optimizer, {
            learningRate: rates.learningRate[group]!, weightDecay: rates.weightDecay[group]!, step: steps,
          }));
          gradient.dispose();
        }
        for (const [name, statistic] of pass.statistics) state.set(name, statistic);
        return result;
      });
    },
    async gradients(batch) {
      return onBackend(backend, () => {
        const { pass, lost } = forward(batch);
        const gradients = pass.backward(lost.gradients);
        return {
          loss: lost.value.dataSync()[0]!,
          gradients: new Map([...gradients].map(([name, gradient]) => [name, state.read(name, gradient)])),
        };
      });
    },
    async predict(input) {
      return onBackend(backend, () => numbers(runPass(pictures(input, network.input, network.id), { network, value, outputs: [network.output] }).outputs.get(network.output)!));
    },
    async save(options) {
      return onBackend(backend, () => state.save(options));
    },
    async close() {
      onBackend(backend, () => state.close());
      closed();
    },
  };
}
