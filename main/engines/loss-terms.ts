// The terms that a loss can be summed from, as data. A new kind is an interface here, a line in the union, and a rule file with its line in each engine's losses/index.ts.
import type { NodeId } from '../nets/graph.ts';
import type { TensorMap } from '../tensor.ts';

/** What all terms have. The loss is the sum of the terms, each times its coefficient. */
interface Term {
  readonly coefficient: number;
}

/**
 * What judges each position of an output [n, ..., classes] against a target of the same shape: the sum over positions of weight * l, divided by the sum of the weights.
 * A position is a picture, or a pixel of a map.
 */
interface PositionTerm extends Term {
  readonly logits: NodeId;
  /** Key in Batch.targets, and in Batch.weights. */
  readonly target: string;
}

/** l = -sum_c target_c log softmax(logits)_c. Targets are rows that sum to 1. */
export interface CrossEntropyTerm extends PositionTerm {
  readonly kind: 'cross-entropy';
}

/** The same with a sigmoid per class, averaged over the classes. Targets in [0, 1]. */
export interface BinaryCrossEntropyTerm extends PositionTerm {
  readonly kind: 'binary-cross-entropy';
}

/**
 * 1/2 sum_i importance_i (w_i - anchor_i)^2 over the parameters named. With importance 1 it is L2-SP (Li et al. 2018), with the diagonal of the Fisher information
 * elastic weight consolidation (Kirkpatrick et al. 2017), with anchors at zero plain decay.
 */
export interface AnchorPenaltyTerm extends Term {
  readonly kind: 'anchor-penalty';
  /** By parameter, each of them trained; in PyTorch's layout. They do not change while a trainer lives. */
  readonly anchors: TensorMap;
  /** For the same parameters; none = all 1. */
  readonly importance?: TensorMap;
}

/** l = -alpha_y (1 - p_y)^gamma log p_y for the class y of a position (Lin et al. 2017). Targets are rows with a single 1. */
export interface FocalTerm extends PositionTerm {
  readonly kind: 'focal';
  /** At least 1. */
  readonly gamma: number;
  /** Per class; none = all 1. */
  readonly alpha?: readonly number[];
}

/**
 * Mean over classes of 1 - (I + smooth) / ((P + T) / 2 + smooth), with I the overlap of softmax probabilities and target over all positions of the batch, P and T their sums
 * (Milletari et al. 2016, as in segmentation_models_pytorch). A class that the target does not have counts 0.
 */
export interface DiceTerm extends PositionTerm {
  readonly kind: 'dice';
  readonly smooth: number;
}

/**
 * l = sum_c p_c (log p_c - log q_c) with p = softmax(target / temperature), q = softmax(logits / temperature): the target holds logits of a teacher.
 * Learning without forgetting (Li and Hoiem 2016) puts it on the head of the old task.
 */
export interface DistillationTerm extends PositionTerm {
  readonly kind: 'distillation';
  readonly temperature: number;
}

/**
 * 1/2 sum over pictures and channels of channels * attention_c ||F_c - T_c||^2 / (height * width), with the target T of a teacher.
 * DELTA (Li et al. 2019).
 */
export interface FeatureMatchTerm extends Term {
  readonly kind: 'feature-match';
  /** A node with maps, [n, height, width, channels]. */
  readonly features: NodeId;
  readonly target: string;
  /** [channels], sums to 1. */
  readonly attention: Float32Array;
}

/** Sum of the squares of the `count` smallest singular values of the matrix [n, features]. Batch spectral shrinkage (Chen et al. 2019). */
export interface SmallestSingularValuesTerm extends Term {
  readonly kind: 'smallest-singular-values';
  /** A node with vectors, [n, features]. */
  readonly features: NodeId;
  readonly count: number;
}

/**
 * Minus the mutual information of position and class: the mean entropy of softmax(logits) less the entropy of its mean over the batch. No target: nobody need know a class.
 * Information maximisation (Hu et al. 2017), as SHOT uses it (Liang et al. 2020).
 */
export interface InformationTerm extends Term {
  readonly kind: 'information';
  readonly logits: NodeId;
}

/**
 * Minus the mean cosine between the prediction of each row and the projection of its partner, which is a target: no gradient flows through it. The first half of the rows are
 * one view of the pictures, the second half the other, in the same order. SimSiam (Chen and He 2021): -1/2 [cos(p1, sg z2) + cos(p2, sg z1)].
 */
export interface NegativeCosineTerm extends Term {
  readonly kind: 'negative-cosine';
  /** Nodes with vectors, [n, dimension]. */
  readonly prediction: NodeId;
  readonly projection: NodeId;
}

export type LossTerm = NegativeCosineTerm | InformationTerm | DistillationTerm | FeatureMatchTerm | SmallestSingularValuesTerm | FocalTerm | DiceTerm | CrossEntropyTerm | BinaryCrossEntropyTerm | AnchorPenaltyTerm;

/** Nodes whose outputs a term reads. The first one has the shape of the term's target. */
export function lossNodes(term: LossTerm): readonly NodeId[] {
  if ('logits' in term) return [term.logits];
  if ('prediction' in term) return [term.prediction, term.projection];
  return 'features' in term ? [term.features] : [];
}
