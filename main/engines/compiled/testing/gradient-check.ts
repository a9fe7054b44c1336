// Compares the gradient rule of one operation with finite differences, for every number of every input and parameter.
import assert from 'node:assert/strict';
import type { Precision } from '#contract/engines.ts';
import type { Conv, Network, Node, Norm } from '../../../nets/graph.ts';
import { INPUT } from '../../../nets/graph.ts';
import { tensorflowShape } from '../../../nets/layout.ts';
import { parameters } from '../../../nets/parameters.ts';
import { outputShape } from '../../../nets/shapes.ts';
import type { Shape } from '../../../nets/shapes.ts';
import { stream } from '../../../random.ts';
import { sizeOf } from '../../../tensor.ts';
import type { NativeBinding } from '../../native-binding.ts';
import { GraphWriter } from '../graph-writer.ts';
import type { GraphInput } from '../graph-writer.ts';
import { foldedConv } from '../operations/folded-norm.ts';
import { emitNode } from '../operations/index.ts';
import { Pass } from '../pass.ts';
import type { Value } from '../pass.ts';
import type { Feed } from '../session.ts';
import { GraphSession } from '../session.ts';

export interface GradientCase {
  /** Without `id` and `from`. */
  readonly node: DistributiveOmit<Node, 'id' | 'from'>;
  /** Of each input, without the batch axis. */
  readonly shapes: readonly Shape[];
  /** A norm with stored statistics to be folded into the node, a convolution. */
  readonly folded?: Omit<Norm, 'id' | 'from'>;
  readonly batchStatistics?: boolean;
  /** `spread`: distinct numbers that keep 1/16 away from every multiple of 1/8, where kinks are; `normal` for smooth operations. */
  readonly inputs?: 'normal' | 'spread';
  /** Distance of the finite differences: wide for linear operations, where only rounding errs. */
  readonly distance?: number;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const BATCH = 2;

/**
 * A float32 forward pass errs by about 1e-7 of its output; over a distance of 1/64 that is 1e-5 of a gradient, and sums over some hundred outputs add up.
 * A wrong rule is off by 1e-1 and more.
 */
const TOLERANCE = 5e-4;

/** @throws AssertionError naming the number whose gradient is off */
export function checkGradients(binding: NativeBinding, gradientCase: GradientCase): void {
  const program = new OperationProgram(binding, gradientCase, 'float32');
  try {
    const values = program.values();
    const { gradients, direction } = program.gradients(values);
    const objective = () => program.output(values).reduce((sum, y, i) => sum + y * direction[i]!, 0);
    const h = gradientCase.distance ?? 1 / 64;
    for (const [name, gradient] of gradients) {
      const data = values.get(name)!;
      const scale = Math.max(...gradient.map(Math.abs), 1e-3);
      gradient.forEach((analytic, i) => {
        const original = data[i]!;
        const at = (offset: number) => {
          data[i] = original + offset;
          return objective();
        };
        // Central differences of fourth order.
        const numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        data[i] = original;
        assert.ok(Math.abs(numeric - analytic) <= TOLERANCE * scale, `gradient ${i} of ${name}: ${analytic}, by finite differences ${numeric} (scale ${scale})`);
      });
    }
  } finally {
    program.close();
  }
}

/** One operation in a session of its own; its inputs and parameters are fed. */
export class OperationProgram {
  readonly #session: GraphSession;
  readonly #inputs = new Map<string, GraphInput>();
  readonly #case: GradientCase;
  readonly #outputShape: Shape;
  readonly #fetches: { readonly output: string; readonly gradients: ReadonlyMap<string, string>; readonly direction: GraphInput };

  constructor(binding: NativeBinding, gradientCase: GradientCase, precision: Precision) {
    this.#case = gradientCase;
    const graph = new GraphWriter();
    const { node, norm, network } = nodesOf(gradientCase);
    const shapes = new Map(network ? parameters(network).map((parameter) => [parameter.name, tensorflowShape(parameter)]) : []);
    const placeholder = (name: string, shape: readonly number[]) => {
      const input = graph.placeholder(name, 'float32', shape);
      this.#inputs.set(name, input);
      return input;
    };
    const seed = graph.constant('int32', [2], [1, 2]);
    const pass = new Pass(graph, {
      training: true, precision, trainable: (name) => !name.includes('running'), seed,
      batchStatistics: new Set(gradientCase.batchStatistics ? [node.id] : []),
      read: (name) => {
        const shape = shapes.get(name) ?? [];
        return { ref: placeholder(name, shape).ref, shape };
      },
    });
    const inputs = gradientCase.shapes.map((shape, i): Value => ({ ref: placeholder(`input${i}`, [-1, ...shape]).ref, shape, type: 'float32', needsGradient: true }));
    this.#outputShape = outputShape(node, gradientCase.shapes);
    const made = norm ? foldedConv(pass, node as Conv, norm, inputs[0]!, this.#outputShape) : emitNode(pass, node, inputs, this.#outputShape);
    const output = pass.cast(made, 'float32');
    const direction = placeholder('direction', [-1, ...this.#outputShape]);
    pass.addGradient(output, () => direction.ref);
    const gradients = new Map(pass.backward());
    // Identity: where the gradient is the direction itself, a fed tensor cannot be fetched.
    inputs.forEach((input, i) => gradients.set(`input${i}`, pass.emit.op('Identity', [pass.gradientAt(input)], 'float32')));
    this.#fetches = { output: output.ref, gradients, direction };
    this.#session = new GraphSession(binding, graph.savedModel());
  }

  /** First numbers for all inputs and parameters. */
  values(): Map<string, Float32Array> {
    const names = [...this.#inputs.keys()].filter((name) => name !== 'direction');
    return new Map(names.map((name) => {
      const size = sizeOf(this.#shape(name));
      const random = stream(7, name);
      if (name.startsWith('input') && this.#case.inputs === 'spread') {
        return [name, Float32Array.from(random.permutation(0, size), (place) => (place - Math.floor(size / 2) + 0.5) / 8)];
      }
      const number = (i: number) => (name.endsWith('running_var') ? 0.5 + random.uniform(i) : random.normal(i));
      return [name, Float32Array.from({ length: size }, (_, i) => number(i))];
    }));
  }

  output(values: ReadonlyMap<string, Float32Array>): Float32Array {
    return this.#session.run(this.#feeds(values), [this.#fetches.output])[0]!.data;
  }

  /** Gradients of the sum of output times direction. */
  gradients(values: ReadonlyMap<string, Float32Array>): { readonly gradients: ReadonlyMap<string, Float32Array>; readonly direction: Float32Array } {
    const random = stream(8, 'direction');
    const shape = this.#shape('direction');
    const direction = Float32Array.from({ length: sizeOf(shape) }, (_, i) => random.normal(i));
    const names = [...this.#fetches.gradients.keys()];
    const fetched = this.#session.run([...this.#feeds(values), { input: this.#fetches.direction, shape, data: direction }], [...this.#fetches.gradients.values()]);
    return { gradients: new Map(names.map((name, i) => [name, fetched[i]!.data])), direction };
  }

  close(): void {
    this.#session.close();
  }

  #shape(name: string): readonly number[] {
    return this.#inputs.get(name)!.shape.map((size) => (size === -1 ? BATCH : size));
  }

  #feeds(values: ReadonlyMap<string, Float32Array>): readonly Feed[] {
    return [...values].map(([name, data]) => ({ input: this.#inputs.get(name)!, shape: this.#shape(name), data }));
  }
}

/** The case as nodes with names; the network is there only to list parameters, and only operations with one input have some. */
function nodesOf({ node: bare, shapes, folded }: GradientCase): { readonly node: Node; readonly norm: Norm | null; readonly network: Network | null } {
  const node = { ...bare, id: 'node', from: shapes.map((_, i) => (i === 0 ? INPUT : `input${i}`)) } as Node; // the spread of a union is not a union
  const norm: Norm | null = folded ? { ...folded, id: 'norm', from: ['node'] } : null;
  const output = norm?.id ?? node.id;
  const network = shapes.length > 1 ? null : {
    id: 'case', input: shapes[0] ?? [], nodes: norm ? [node, norm] : [node], output, stages: [{ name: 'all', end: output }], features: output, gradCam: output, skips: [],
  };
  return { node, norm, network };
}
