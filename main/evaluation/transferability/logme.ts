// LogME: how likely the labels are under a linear model on the features, with all its weights integrated out.
import { classColumns, spectrum } from './spectrum.ts';
import type { Features } from './spectrum.ts';

const mostRounds = 11;
/** The iteration ends when alpha / beta moves by less than this share of itself. */
const settled = 1e-2;

/**
 * Logarithm of the maximum evidence per row, mean over the classes, each against the rest (You, Liu, Wang, Long: "LogME", ICML 2021). Larger is better; it ranks and predicts no accuracy.
 * Null where it is not defined: where a class is an exact linear function of the features the evidence has no bound, and features that are all 0 have none.
 */
export function logme(features: Features, labels: readonly number[], classes: number): number | null {
  const { squares, along } = spectrum(features, classColumns(labels, classes), classes);
  if (squares.every((square) => square === 0)) return null;
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const target = squares.map((_, k) => along[k * classes + c]! ** 2);
    const evidence = evidenceOf(squares, target, labels.filter((label) => label === c).length, features);
    if (!Number.isFinite(evidence)) return null;
    sum += evidence;
  }
  return sum / classes;
}

/** @param squares of the singular values @param target squared products of the target with the left singular vectors @param length squared, of the target */
function evidenceOf(squares: Float64Array, target: Float64Array, length: number, { rows, columns }: Features): number {
  const outside = Math.max(0, length - target.reduce((a, b) => a + b, 0));
  const sum = (term: (square: number, k: number) => number) => squares.reduce((total, square, k) => total + term(square, k), 0);
  let alpha = 1, beta = 1, evidence = NaN;
  for (let round = 0; round < mostRounds; round++) {
    const ratio = alpha / beta;
    const gamma = sum((square) => square / (square + ratio));
    const weights = sum((square, k) => (square * target[k]!) / (square + ratio) ** 2);
    const residual = sum((square, k) => target[k]! / (1 + square / ratio) ** 2) + outside;
    alpha = gamma / weights;
    beta = (rows - gamma) / residual;
    // Directions without any feature along them count too: the prior alone speaks there.
    const logs = sum((square) => Math.log(alpha + beta * square)) + (columns - squares.length) * Math.log(alpha);
    evidence = (columns * Math.log(alpha) + rows * Math.log(beta) - logs - beta * residual - alpha * weights - rows * Math.log(2 * Math.PI)) / (2 * rows);
    if (Math.abs(alpha / beta - ratio) / ratio <= settled) break;
  }
  // Next to nothing is left over: the labels are a linear function of the features, and what the numbers say is rounding.
  return beta > 1e12 ? NaN : evidence;
}
