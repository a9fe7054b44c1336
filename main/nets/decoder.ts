// A U-Net decoder on any encoder that says where its skips are. Names and details as in segmentation_models_pytorch's `Unet`, so that a state dict fits.
import { StudioError } from '#contract/errors.ts';
import { build } from './build.ts';
import type { Builder } from './build.ts';
import { INPUT } from './graph.ts';
import type { Network, Node, NodeId } from './graph.ts';
import { stageNodes } from './stages.ts';

export interface DecoderOptions {
  /** Maps of logits. */
  readonly classes: number;
  /** Filters per block, coarsest first; none = the last ones of 256, 128, 64, 32, 16. */
  readonly widths?: readonly number[];
}

const usualWidths: readonly number[] = [256, 128, 64, 32, 16];

/** Before the names of all nodes that come from the backbone. */
export const ENCODER = 'encoder.';

/**
 * The U-Net whose encoder is a backbone without its head: each block enlarges to the size of the next finer skip, joins it, and convolves twice.
 * Stages: those of the encoder, `decoder`, `head`.
 * @throws StudioError refused `network.no-skips` for a backbone without skips, `network.odd-maps` for an input that does not halve exactly
 */
export function unet(backbone: Network, { classes, widths = usualWidths.slice(-backbone.skips.length) }: DecoderOptions): Network {
  if (backbone.skips.length === 0) throw new StudioError('refused', 'network.no-skips', { backbone: backbone.id }, `${backbone.id} has no maps that a U-Net decoder could join. Choose another backbone, such as tf_efficientnet_lite0 or resnet18.`);
  return build(backbone.id, backbone.input, (b) => {
    const kept = encoderNodes(backbone);
    kept.forEach((node) => b.node(node));
    const skips = backbone.skips.map((id) => ENCODER + id);
    // As in segmentation_models_pytorch: nothing has looked at the map behind VGG's last max pool.
    let x = kept.at(-1)?.op === 'maxPool' ? twice(b, ['decoder.center.0', 'decoder.center.1'], skips.at(-1)!, b.channels(skips.at(-1)!)) : skips.at(-1)!;
    widths.forEach((width, i) => { x = block(b, `decoder.blocks.${i}`, x, skips[skips.length - 2 - i], width); });
    const output = b.conv('segmentation_head.0', x, { filters: classes, kernel: 3, pad: 1, bias: true });
    return { output, stages: [...encoderStages(backbone, kept), { name: 'decoder', end: x }, { name: 'head', end: output }], features: x, gradCam: skips.at(-1)!, skips };
  });
}

/** The nodes that the skips depend on, under the encoder's names. */
function encoderNodes({ nodes, skips }: Network): readonly Node[] {
  const needed = new Set<NodeId>(skips);
  const named = (id: NodeId) => (id === INPUT ? INPUT : ENCODER + id);
  return nodes.toReversed().filter(({ id, from }) => {
    if (needed.has(id)) from.forEach((source) => needed.add(source));
    return needed.has(id);
  }).reverse().map((node) => ({ ...node, id: named(node.id), from: node.from.map(named) }));
}

/** The backbone's stages, each up to the last of its nodes that is left. */
function encoderStages(backbone: Network, kept: readonly Node[]): Network['stages'] {
  const left = new Set(kept.map(({ id }) => id));
  return stageNodes(backbone).flatMap(({ name, nodes }) => {
    const end = nodes.findLast(({ id }) => left.has(ENCODER + id));
    return end ? [{ name, end: ENCODER + end.id }] : [];
  });
}

/** @param skip none in the last block, which enlarges to the size of the input */
function block(b: Builder, path: string, x: NodeId, skip: NodeId | undefined, width: number): NodeId {
  const [height = 0, columns = 0] = b.shape(x), [wantedHeight = 0, wantedColumns = 0] = b.shape(skip ?? INPUT);
  const factor = wantedHeight / height;
  if (!Number.isInteger(factor) || factor * columns !== wantedColumns) {
    const [inputHeight = 0, inputWidth = 0] = b.shape(INPUT);
    throw new StudioError('refused', 'network.odd-maps', { height: inputHeight, width: inputWidth }, `A U-Net needs maps that halve exactly, and ${inputHeight} x ${inputWidth} does not in this network. Choose tile sides that are multiples of 32.`);
  }
  let y = factor === 1 ? x : b.resize(`${path}.upsample`, x, { factor, method: 'nearest' });
  if (skip !== undefined) y = b.concat(`${path}.join`, [y, skip]);
  return twice(b, [`${path}.conv1`, `${path}.conv2`], y, width);
}

/** Twice a 3x3 convolution, batch norm and ReLU. */
function twice(b: Builder, paths: readonly [string, string], x: NodeId, filters: number): NodeId {
  return paths.reduce((y, path) => b.act(`${path}.2`, b.norm(`${path}.1`, b.conv(`${path}.0`, y, { filters, kernel: 3, pad: 1 })), 'relu'), x);
}
