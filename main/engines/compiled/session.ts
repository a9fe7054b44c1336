// A TensorFlow session over one graph, through the native binding: typed arrays in, typed arrays out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StudioError } from '#contract/errors.ts';
import { sizeOf } from '../../tensor.ts';
import type { Tensor } from '../../tensor.ts';
import type { NativeBinding } from '../native-binding.ts';
import type { GraphInput, Ref } from './graph-writer.ts';

export interface Feed {
  readonly input: GraphInput;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/**
 * Each distinct set of feeds and fetches gets its own executor inside TensorFlow, built and optimised at its first run (0.2 to 0.5 s for a training step),
 * so a program should have few of them. A new batch size costs nothing.
 */
export class GraphSession {
  readonly #binding: NativeBinding;
  readonly #id: number;
  #open = true;

  /** @throws Error with TensorFlow's message when the graph is wrong */
  constructor(binding: NativeBinding, savedModel: Uint8Array) {
    this.#binding = binding;
    const folder = mkdtempSync(join(tmpdir(), 'fovea-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), savedModel);
      this.#id = binding.loadSavedModel(folder, 'serve');
    } finally {
      rmSync(folder, { recursive: true, force: true }); // TensorFlow has read it completely
    }
  }

  /**
   * Feeds, runs and fetches; nothing is left inside TensorFlow but variables.
   * @returns what was fetched, in order
   * @throws Error when a feed does not fit its placeholder; StudioError `engine.out-of-memory`
   */
  run(feeds: readonly Feed[], fetches: readonly Ref[]): readonly Tensor[] {
    if (!this.#open) throw new Error('this session is closed');
    for (const feed of feeds) check(feed);
    if (fetches.length === 0) return [];
    const inside: number[] = [];
    try {
      for (const { input, shape, data } of feeds) {
        inside.push(this.#binding.createTensor(shape, input.type === 'float32' ? this.#binding.TF_FLOAT : this.#binding.TF_INT32, data));
      }
      const fed = [...inside];
      const outputs = this.#binding.runSavedModel(this.#id, fed, feeds.map(({ input }) => input.ref).join(), fetches.join());
      inside.push(...outputs.map(({ id }) => id));
      return outputs.map(({ id, shape }) => ({ shape, data: floats(this.#binding.tensorDataSync(id)) }));
    } catch (error) {
      throw explained(error);
    } finally {
      for (const id of inside) this.#binding.deleteTensor(id);
    }
  }

  /** Frees the variables and executors. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#binding.deleteSavedModel(this.#id);
  }
}

/** TensorFlow does not compare a fed value with its placeholder: a picture of the wrong size would run through unnoticed. */
function check({ input, shape, data }: Feed): void {
  const fits = shape.length === input.shape.length && input.shape.every((size, axis) => size === -1 || size === shape[axis]);
  if (!fits) throw new Error(`${input.ref} takes [${input.shape.join(', ')}], not [${shape.join(', ')}]`);
  if (data.length !== sizeOf(shape)) throw new Error(`${input.ref}: ${data.length} numbers for shape [${shape.join(', ')}]`);
  if ((input.type === 'float32') !== (data instanceof Float32Array)) throw new Error(`${input.ref} takes ${input.type}`);
}

function floats(data: Float32Array | Int32Array | Uint8Array): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new Error('a graph of ours gives float32 only');
}

function explained(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (!/\bOOM\b|out of memory|resource exhausted/i.test(message)) return error;
  return new StudioError('engine', 'engine.out-of-memory', {}, 'There is not enough memory for this network at this batch size. Choose a smaller batch, smaller pictures or a smaller network.', { cause: error });
}
