// What a network is: a list of nodes in order of evaluation, as plain data. Executors, exporters, counters and drawings all read this.

/** Name of a node. It is also the prefix of the node's parameters: `layer1.0.conv1` owns `layer1.0.conv1.weight`. */
export type NodeId = string;

/** The id under which nodes read the network's input. */
export const INPUT: NodeId = 'input';

/** `same` is TensorFlow's rule (the odd pixel goes after); a number pads all four sides; a list is [top, bottom, left, right]. */
export type Pad = 'same' | number | readonly [top: number, bottom: number, left: number, right: number];

export type Activation = 'relu' | 'relu6' | 'silu' | 'hardswish' | 'hardsigmoid' | 'sigmoid';

interface Of<Op extends string> {
  readonly op: Op;
  readonly id: NodeId;
  readonly from: readonly NodeId[];
}

/** Convolution; `depthwise` means one group per input channel and filters = channels. Parameters: weight [out, in/groups, h, w], bias [out]. */
export interface Conv extends Of<'conv'> {
  readonly filters: number;
  readonly kernel: readonly [height: number, width: number];
  readonly stride: number;
  readonly dilation?: number;
  readonly pad: Pad;
  readonly groups: 1 | 'depthwise';
  readonly bias: boolean;
}
/** Transposed convolution without overlap (kernel = stride). Parameters: weight [in, out, h, w], bias [out]. */
export interface ConvTranspose extends Of<'convTranspose'> {
  readonly filters: number;
  readonly kernel: number;
  readonly bias: boolean;
}
/** Batch normalisation over all but the channel axis. Parameters: weight, bias, running_mean, running_var. `momentum` as in PyTorch (share of the new value). */
export interface Norm extends Of<'norm'> {
  readonly eps: number;
  readonly momentum: number;
}
export interface Act extends Of<'act'> {
  readonly fn: Activation;
}
/** Pads with minus infinity. */
export interface MaxPool extends Of<'maxPool'> {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: Pad;
}
/** Padded zeros count in the mean, as in PyTorch's default. */
export interface AvgPool extends Of<'avgPool'> {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: Pad;
}
/** Mean over height and width: [h, w, c] -> [c], or [1, 1, c] with `keepDims`. */
export interface GlobalPool extends Of<'globalPool'> {
  readonly keepDims: boolean;
}
/** Mean over the cells of a grid, [h, w, c] -> [...size, c], as PyTorch's AdaptiveAvgPool2d: cell i of n spans rows floor(i h / n) to ceil((i + 1) h / n). Cells overlap where h is no multiple of n. */
export interface AdaptivePool extends Of<'adaptivePool'> {
  readonly size: readonly [height: number, width: number];
}
/** Parameters: weight [units, in], bias [units]. After a `flatten` the columns of `weight` are in channel, row, column order, as PyTorch stores them. */
export interface Dense extends Of<'dense'> {
  readonly units: number;
  readonly bias: boolean;
}
export interface Add extends Of<'add'> {}
/** Product of two; the second may be [1, 1, c] (squeeze-and-excitation gate). */
export interface Mul extends Of<'mul'> {}
/** Joins along channels. */
export interface Concat extends Of<'concat'> {}
/** Enlarges height and width by a whole factor. `bilinear` uses half-pixel centres. */
export interface Resize extends Of<'resize'> {
  readonly factor: number;
  readonly method: 'nearest' | 'bilinear';
}
/** Pads with zeros. */
export interface ZeroPad extends Of<'pad'> {
  readonly pad: readonly [top: number, bottom: number, left: number, right: number];
  /** Channels of zeros after the others; none = 0. */
  readonly channels?: number;
}
/** Cuts off the edges of a map. */
export interface Crop extends Of<'crop'> {
  readonly crop: readonly [top: number, bottom: number, left: number, right: number];
}
/** A map out of a vector that holds several, one behind the other in row, column, channel order: how a network is fed with maps that were kept. */
export interface Part extends Of<'part'> {
  /** Where it begins in the vector. */
  readonly offset: number;
  readonly shape: readonly [height: number, width: number, channels: number];
}
/** Active in training only; kept values are scaled by 1 / (1 - rate). */
export interface Dropout extends Of<'dropout'> {
  readonly rate: number;
}
export interface Flatten extends Of<'flatten'> {}

export type Node = Conv | ConvTranspose | Norm | Act | MaxPool | AvgPool | GlobalPool | AdaptivePool | Dense | Add | Mul | Concat | Resize | ZeroPad | Crop | Part | Dropout | Flatten;

/** A named part of a network, in order from stem to head. `end` is the node whose output leaves the stage. */
export interface Stage {
  readonly name: string;
  readonly end: NodeId;
}

/** A network. Shapes leave out the batch axis: [height, width, channels] or [features]. */
export interface Network {
  /** Variant id, e.g. `resnet18`. */
  readonly id: string;
  readonly input: readonly number[];
  readonly nodes: readonly Node[];
  /** Node that gives the logits (or the map of logits). */
  readonly output: NodeId;
  /** Stages stem to head; the last one is the head (everything after the pooled features). */
  readonly stages: readonly Stage[];
  /** Node that gives the pooled features, the input of the linear classifier. */
  readonly features: NodeId;
  /** Node whose activation Grad-CAM looks at: the last map; where a max pool and dense layers follow (AlexNet, VGG), the map before that pool. */
  readonly gradCam: NodeId;
  /** Nodes that a U-Net decoder taps, finest first (strides 2, 4, 8, ...). */
  readonly skips: readonly NodeId[];
}
