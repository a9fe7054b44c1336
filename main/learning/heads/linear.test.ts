import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { stream } from '../../random.ts';
import { minimise } from './lbfgs.ts';
import { applyHead, fitLogistic, fitting, logisticObjective, standardise } from './linear.ts';
import { balancedWeights, probabilitiesOf, targetsOf } from '../losses.ts';
import { choosePenalty } from './penalty.ts';
import { rowSpace } from './row-space.ts';
import type { Matrix } from './matrix.ts';

const classes = 3, columns = 5, rows = 24;
const labels = Array.from({ length: rows }, (_, i) => [i % 3]);
const data = Float64Array.from({ length: rows * columns }, (_, k) => {
  const i = Math.floor(k / columns), j = k % columns;
  const value = Math.round((Math.sin(1.7 * i + 0.9 * j * j + 0.3 * i * j) + (i % 3 === j ? 0.8 : 0)) * 1000) / 1000;
  return j === 3 ? value * 10 : j === 4 ? value + 5 : value;
});
const x = { rows, columns, data };
const targets = targetsOf(labels, { kind: 'cross-entropy', classes });
const problem = { x, kind: 'cross-entropy', targets } as const;

function close(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  equal(actual.length, expected.length);
  expected.forEach((value, i) => ok(Math.abs(actual[i]! - value) <= tolerance, `${i}: ${actual[i]} is not ${value}`));
}

// Reference values: scikit-learn 1.9.1, LogisticRegression(solver='newton-cg', tol=1e-12); its C is 1 / (penalty * rows). Nine digits are given.
test('a softmax head equals scikit-learn', () => {
  const solution = fitLogistic(problem, { penalty: 1 / rows, tolerance: 1e-10 });
  close(solution.subarray(0, 15), [0.416030802, -0.688248348, -0.643036361, 0.002603505, 0.087852848, -0.120729906, 1.633065937, 0.263059309, -0.013200862, -0.09518538, -0.295300896, -0.944817589, 0.379977052, 0.010597357, 0.007332532], 1e-6);
  close(solution.subarray(15), [0.025269074, -0.417950052, 0.392680978], 1e-6);
});

test('a head on standardised features, folded back to raw ones, equals scikit-learn behind a StandardScaler', () => {
  const fit = fitting(standardise(x));
  const head = fit.head(fitLogistic({ ...problem, x: fit.x }, { penalty: 1 / (0.5 * rows), tolerance: 1e-10 }), classes);
  const logits = applyHead(head, Float32Array.from(data));
  const row = (i: number) => probabilitiesOf('cross-entropy', logits.data.subarray(i * classes, (i + 1) * classes));
  // Features and logits are float32 here: 1e-6 relative.
  close(row(5), [0.234403113, 0.037873181, 0.727723706], 5e-6);
  close(row(0), [0.537835421, 0.305006884, 0.157157695], 5e-6);
});

test('balanced weights equal scikit-learn’s class_weight', () => {
  const binary = labels.slice(0, 20).map((row) => [row[0]! > 0 ? 1 : 0]);
  const weighted = targetsOf(binary, { kind: 'cross-entropy', classes: 2, classWeights: balancedWeights(binary, 2) });
  // Two symmetric rows w and -w carry half the squared norm of one row of 2w: scikit-learn's binary penalty is half of ours.
  const solution = fitLogistic({ x: { rows: 20, columns, data: data.subarray(0, 100) }, kind: 'cross-entropy', targets: weighted }, { penalty: 2 / (0.5 * 20), tolerance: 1e-10 });
  const expected = [-0.5939029287928258, 0.45315327823170753, 0.8897388730804632, 0.02087872955019952, -0.05411858541757776];
  close(expected.map((_, j) => solution[columns + j]! - solution[j]!), expected, 1e-6);
  ok(Math.abs(solution[11]! - solution[10]! - 0.33260806215145783) < 1e-6);
});

test('gradients of both losses agree with differences', () => {
  const several = targetsOf(labels.map(([c], i) => (i % 4 === 0 ? [] : [c!, (c! + 1) % 3])), { kind: 'binary-cross-entropy', classes });
  for (const [kind, wanted] of [['cross-entropy', targets], ['binary-cross-entropy', several]] as const) {
    const objective = logisticObjective(x, kind, wanted, classes, 0.1);
    const point = Float64Array.from({ length: classes * (columns + 1) }, (_, i) => 0.2 * Math.cos(i));
    const gradient = new Float64Array(point.length), scratch = new Float64Array(point.length);
    objective(point, gradient);
    gradient.forEach((slope, i) => {
      const at = (step: number) => objective(point.with(i, point[i]! + step), scratch);
      ok(Math.abs((at(1e-5) - at(-1e-5)) / 2e-5 - slope) < 1e-8, `${kind} ${i}`);
    });
  }
});

test('L-BFGS finds the minimum of Rosenbrock’s valley in twenty variables', () => {
  const { x: found, slope } = minimise((at, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (let i = 0; i + 1 < at.length; i++) {
      const across = at[i + 1]! - at[i]! ** 2, along = 1 - at[i]!;
      value += 100 * across ** 2 + along ** 2;
      gradient[i] = gradient[i]! - 400 * across * at[i]! - 2 * along;
      gradient[i + 1] = gradient[i + 1]! + 200 * across;
    }
    return value;
  }, new Float64Array(20).map((_, i) => (i % 2 === 0 ? -1.2 : 1)), { tolerance: 1e-9 });
  ok(slope <= 1e-9);
  close(found, Array<number>(20).fill(1), 1e-6);
});

const wide = (n: number, d: number) => Float64Array.from({ length: n * d }, (_, k) => stream(3, 'wide').normal(k));

test('with few pictures the fit in the span of the rows is the fit in all features', () => {
  const few = { rows: 12, columns: 40, data: wide(12, 40) };
  const own = targetsOf(labels.slice(0, 12), { kind: 'cross-entropy', classes });
  const scaled = standardise(few);
  const quick = fitting(scaled);
  ok(quick.x.columns < 12, 'centred rows are dependent');
  const short = quick.head(fitLogistic({ x: quick.x, kind: 'cross-entropy', targets: own }, { penalty: 0.05, tolerance: 1e-11 }), classes);
  const full = fitLogistic({ x: scaled, kind: 'cross-entropy', targets: own }, { penalty: 0.05, tolerance: 1e-11 });
  close(short.weight, Array.from(full.subarray(0, 120), (value, k) => value / scaled.deviation[k % 40]!), 1e-8);
});

test('coordinates keep all inner products, and lifting is their inverse', () => {
  const matrix = { rows: 9, columns: 30, data: wide(9, 30) };
  matrix.data.copyWithin(30, 0, 30); // two rows alike
  const { coordinates, lift } = rowSpace(matrix);
  equal(coordinates.columns, 8);
  const product = (m: Matrix, i: number, v: ArrayLike<number>) => Array.from({ length: m.columns }, (_, j) => m.data[i * m.columns + j]! * v[j]!).reduce((a, b) => a + b, 0);
  const v = Float64Array.from({ length: 8 }, (_, k) => Math.sin(k));
  const lifted = lift(v);
  close(Array.from({ length: 9 }, (_, i) => product(matrix, i, lifted)), Array.from({ length: 9 }, (_, i) => product(coordinates, i, v)), 1e-10);
  close([lifted.reduce((a, b) => a + b * b, 0)], [v.reduce((a, b) => a + b * b, 0)], 1e-10);
});

test('a constant feature gets no weight', () => {
  const scaled = standardise({ rows: 3, columns: 2, data: Float32Array.of(0.1, 1, 0.1, 2, 0.1, 3) });
  close(scaled.data, [0, -Math.sqrt(1.5), 0, 0, 0, Math.sqrt(1.5)], 1e-7);
});

test('cross-validation finds a strong penalty for noise and a weak one for a clear signal', () => {
  const n = 60, d = 10;
  const noise = { rows: n, columns: d, data: wide(n, d) };
  const binary = Array.from({ length: n }, (_, i) => [i % 2]);
  const own = targetsOf(binary, { kind: 'cross-entropy', classes: 2 });
  const foldOf = Array.from({ length: n }, (_, i) => Math.floor(i / 2) % 5);
  const strong = choosePenalty({ x: noise, kind: 'cross-entropy', targets: own }, foldOf, 5);
  ok(strong.penalty > 10, `features without a signal are not held back by the first penalty tried, ${strong.penalty}`);
  const signal = { ...noise, data: noise.data.map((value, k) => (k % d === 0 ? value * 0.1 + (Math.floor(k / d) % 2) * 4 : value)) };
  ok(choosePenalty({ x: signal, kind: 'cross-entropy', targets: own }, foldOf, 5).penalty <= 0.01);
});

test('copies of a picture in one group do not fool the choice of the penalty', () => {
  const n = 30, d = 40;
  const noise = wide(n, d);
  const doubled = { rows: 2 * n, columns: d, data: Float64Array.from({ length: 2 * n * d }, (_, k) => noise[Math.floor(k / d / 2) * d + (k % d)]!) };
  const own = targetsOf(Array.from({ length: 2 * n }, (_, i) => [Math.floor(i / 2) % 2]), { kind: 'cross-entropy', classes: 2 });
  const grouped = choosePenalty({ x: doubled, kind: 'cross-entropy', targets: own }, Array.from({ length: 2 * n }, (_, i) => Math.floor(i / 2) % 5), 5);
  const leaking = choosePenalty({ x: doubled, kind: 'cross-entropy', targets: own }, Array.from({ length: 2 * n }, (_, i) => i % 5), 5);
  ok(grouped.penalty > 10 * leaking.penalty, `${grouped.penalty} ${leaking.penalty}`);
});
