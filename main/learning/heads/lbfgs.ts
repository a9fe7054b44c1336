// Minimises a smooth function of many variables by L-BFGS.
import { dot } from './matrix.ts';

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  /** Largest absolute component of the gradient. */
  readonly slope: number;
  readonly iterations: number;
}

export interface MinimiseOptions {
  /** Stops when no component of the gradient is larger. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** Pairs of steps and gradient differences that are kept. */
  readonly memory?: number;
}

/**
 * L-BFGS (Liu and Nocedal 1989) with a bisection line search for the weak Wolfe conditions (Lewis and Overton 2013).
 * Ends at the tolerance, at the largest number of iterations, or where float64 allows no further descent.
 * @param objective gives the value at `x` and writes the gradient
 */
export function minimise(objective: (x: Float64Array, gradient: Float64Array) => number, start: Float64Array, { tolerance = 1e-6, maxIterations = 500, memory = 10 }: MinimiseOptions = {}): Minimum {
  const size = start.length;
  let x = start.slice(), gradient = new Float64Array(size);
  let value = objective(x, gradient);
  let tried = new Float64Array(size), triedGradient = new Float64Array(size);
  const pairs: { readonly step: Float64Array; readonly change: Float64Array; readonly curvature: number }[] = [];
  let iterations = 0;
  for (; iterations < maxIterations && largest(gradient) > tolerance; iterations++) {
    const direction = descent(gradient, pairs);
    const slope = dot(direction, gradient);
    let low = 0, high = Infinity, length = pairs.length === 0 ? Math.min(1, 1 / largest(gradient)) : 1;
    let triedValue = value, found = false;
    for (let trial = 0; trial < 60 && !found; trial++) {
      for (let i = 0; i < size; i++) tried[i] = x[i]! + length * direction[i]!;
      triedValue = objective(tried, triedGradient);
      if (!(triedValue <= value + 1e-4 * length * slope)) high = length;
      else if (dot(direction, triedGradient) < 0.9 * slope) low = length;
      else found = true;
      if (!found) length = high === Infinity ? 2 * low : (low + high) / 2;
    }
    if (!found) break;
    const step = new Float64Array(size), change = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      step[i] = tried[i]! - x[i]!;
      change[i] = triedGradient[i]! - gradient[i]!;
    }
    pairs.push({ step, change, curvature: dot(step, change) });
    if (pairs.length > memory) pairs.shift();
    [x, tried] = [tried, x];
    [gradient, triedGradient] = [triedGradient, gradient];
    value = triedValue;
  }
  return { x, value, slope: largest(gradient), iterations };
}

/** Minus the approximate inverse Hessian times the gradient: the two-loop recursion. */
function descent(gradient: Float64Array, pairs: readonly { readonly step: Float64Array; readonly change: Float64Array; readonly curvature: number }[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const shares: number[] = [];
  for (const { step, change, curvature } of pairs.toReversed()) {
    const share = dot(step, direction) / curvature;
    shares.push(share);
    add(direction, -share, change);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i] = direction[i]! * scale;
  }
  for (const { step, change, curvature } of pairs) add(direction, shares.pop()! - dot(change, direction) / curvature, step);
  return direction;
}

function add(to: Float64Array, factor: number, vector: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = to[i]! + factor * vector[i]!;
}

function largest(vector: Float64Array): number {
  let most = 0;
  for (let i = 0; i < vector.length; i++) most = Math.max(most, Math.abs(vector[i]!));
  return most;
}
