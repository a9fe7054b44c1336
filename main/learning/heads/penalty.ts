// The strength of the penalty of a linear head, chosen by cross-validation in which a group is never on both sides.
import { minimise } from './lbfgs.ts';
import { logisticObjective } from './linear.ts';
import type { LogisticProblem } from './linear.ts';

/** Strongest first, in half decades: at 10 little is learned from standardised features, at 1e-5 hardly anything is penalised. */
const penalties: readonly number[] = Array.from({ length: 13 }, (_, i) => 10 ** (1 - i / 2));
/** Where features are so weak that 10 is best: at 1000 a head says little more than how common the classes are, and more changes nothing. */
const stronger: readonly number[] = Array.from({ length: 4 }, (_, i) => 10 ** (1.5 + i / 2));

export interface PenaltyChoice {
  readonly penalty: number;
  /** Mean loss on the held-out rows for each penalty that was tried. */
  readonly tried: readonly { readonly penalty: number; readonly loss: number }[];
}

/** Coarser than the final fit: choosing needs losses to three digits. */
const tolerance = 1e-3;

/**
 * Tries penalties from 10 down, each fit starting from the one before, until two in a row are worse than the best; where none is better than 10, stronger ones as long as they gain.
 * @param foldOf fold 0 .. folds-1 of each row; rows of one subject in the same fold
 */
export function choosePenalty({ x, kind, targets }: LogisticProblem, foldOf: ArrayLike<number>, folds: number): PenaltyChoice {
  const { target, weight } = targets;
  const classes = target.shape[1] ?? 0;
  const size = classes * (x.columns + 1);
  const sides = Array.from({ length: folds }, (_, fold) => {
    const part = (inside: boolean) => Float32Array.from({ length: x.rows }, (_, i) => ((foldOf[i] === fold) === inside ? (weight ? weight[i]! : 1) : 0));
    const held = part(true);
    const solution: Float64Array = new Float64Array(size);
    return { rest: part(false), held, share: held.reduce((a, b) => a + b, 0), solution };
  }).filter(({ share, rest }) => share > 0 && rest.some((w) => w > 0));
  const total = sides.reduce((sum, side) => sum + side.share, 0);
  if (sides.length === 0) throw new Error('no fold leaves something to fit on and something to hold out');

  const unused = new Float64Array(size);
  const tried: { penalty: number; loss: number }[] = [];
  const best = () => tried.reduce((a, b) => (b.loss < a.loss ? b : a));
  const attempt = (penalty: number) => {
    let loss = 0;
    for (const side of sides) {
      side.solution = minimise(logisticObjective(x, kind, { target, weight: side.rest }, classes, penalty), side.solution, { tolerance }).x;
      loss += (side.share / total) * logisticObjective(x, kind, { target, weight: side.held }, classes, 0)(side.solution, unused);
    }
    tried.push({ penalty, loss });
  };
  for (const penalty of penalties) {
    attempt(penalty);
    if (tried.indexOf(best()) <= tried.length - 3) break;
  }
  if (best() === tried[0]) for (const penalty of stronger) {
    attempt(penalty);
    if (best() !== tried.at(-1)) break;
  }
  return { penalty: best().penalty, tried };
}
