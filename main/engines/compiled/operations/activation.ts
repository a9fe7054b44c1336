// Activations, each with its derivative: one function per kind.
import type { Precision } from '#contract/engines.ts';
import type { Act, Activation } from '../../../nets/graph.ts';
import type { Emitter } from '../emitter.ts';
import type { Ref } from '../graph-writer.ts';
import type { Pass, Value } from '../pass.ts';

/** The value of an activation, and how a gradient passes through it. */
interface Activated {
  readonly y: Ref;
  readonly gradient: (dy: Ref) => Ref;
}
type ActivationRule = (emit: Emitter, x: Ref, type: Precision) => Activated;

/** max(x, 0) */
const relu: ActivationRule = (emit, x, type) => {
  const y = emit.op('Relu', [x], type);
  return { y, gradient: (dy) => emit.op('ReluGrad', [dy, y], type) };
};

/** min(max(x, 0), 6) */
const relu6: ActivationRule = (emit, x, type) => {
  const y = emit.op('Relu6', [x], type);
  return { y, gradient: (dy) => emit.op('Relu6Grad', [dy, y], type) };
};

/** s(x) = 1 / (1 + exp(-x)); ds = s (1 - s) */
const sigmoid: ActivationRule = (emit, x, type) => {
  const y = emit.op('Sigmoid', [x], type);
  return { y, gradient: (dy) => emit.op('SigmoidGrad', [y, dy], type) };
};

/** x s(x), Elfwing et al. 2018 (swish); dx = dy s + (dy x) s (1 - s) */
const silu: ActivationRule = (emit, x, type) => {
  const s = emit.op('Sigmoid', [x], type);
  return {
    y: emit.multiply(x, s, type),
    gradient: (dy) => emit.add(emit.multiply(dy, s, type), emit.op('SigmoidGrad', [s, emit.multiply(dy, x, type)], type), type),
  };
};

/** relu6(x + 3) / 6, Howard et al. 2019 */
const hardsigmoid: ActivationRule = (emit, x, type) => {
  const clipped = emit.op('Relu6', [emit.add(x, emit.number(3, type), type)], type);
  const sixth = emit.number(1 / 6, type);
  return {
    y: emit.multiply(clipped, sixth, type),
    gradient: (dy) => emit.op('Relu6Grad', [emit.multiply(dy, sixth, type), clipped], type),
  };
};

/** x hardsigmoid(x) */
const hardswish: ActivationRule = (emit, x, type) => {
  const gate = hardsigmoid(emit, x, type);
  return {
    y: emit.multiply(x, gate.y, type),
    gradient: (dy) => emit.add(emit.multiply(dy, gate.y, type), gate.gradient(emit.multiply(dy, x, type)), type),
  };
};

const rules: Readonly<Record<Activation, ActivationRule>> = { relu, relu6, sigmoid, silu, hardsigmoid, hardswish };

/** Smooth activations are computed in float32 whatever the precision: in bfloat16 they are several times slower. */
export function act(pass: Pass, node: Act, input: Value): Value {
  const x = node.fn === 'relu' || node.fn === 'relu6' ? input : pass.cast(input, 'float32');
  const { y, gradient } = rules[node.fn](pass.emit, x.ref, x.type);
  const result = pass.result({ ref: y, shape: x.shape, from: [x] }, (dy) => pass.addGradient(x, () => gradient(dy)));
  return pass.cast(result, input.type);
}
