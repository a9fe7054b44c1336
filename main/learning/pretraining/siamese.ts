// A backbone with the two small heads of SimSiam: a projection of the features, and a prediction of the other view's projection (Chen and He 2021, section 3).
import type { Network, Node, NodeId } from '../../nets/graph.ts';
import { parameters } from '../../nets/index.ts';
import { validated } from '../../nets/validate.ts';

export interface Siamese {
  readonly network: Network;
  readonly projection: NodeId;
  readonly prediction: NodeId;
  /** Parameters of the prediction, whose rate stays as it is while the others' goes down. */
  readonly predictor: ReadonlySet<string>;
  /** Scale and shift of the last norm of the projection, which has none in the paper: they stay 1 and 0. */
  readonly fixed: ReadonlySet<string>;
}

/** The hidden layer of the prediction is a quarter of the dimension: 512 of 2048 in the paper. */
const bottleneck = 4;

/** Projection: three dense layers, each with a batch norm, ReLU after the first two. Prediction: two, with a norm and ReLU between them. */
export function siamese(backbone: Network, dimension: number): Siamese {
  const hidden = Math.max(2, Math.round(dimension / bottleneck));
  const body = backbone.nodes.slice(0, backbone.nodes.findIndex(({ id }) => id === backbone.features) + 1);
  const layer = (id: string, from: NodeId, units: number, relu: boolean): Node[] => [
    { op: 'dense', id, from: [from], units, bias: false },
    { op: 'norm', id: `${id}.norm`, from: [id], eps: 1e-5, momentum: 0.1 },
    ...(relu ? [{ op: 'act', id: `${id}.act`, from: [`${id}.norm`], fn: 'relu' } satisfies Node] : []),
  ];
  const projection = 'projector.3.norm', prediction = 'predictor.2';
  const heads: Node[] = [
    ...layer('projector.1', backbone.features, dimension, true),
    ...layer('projector.2', 'projector.1.act', dimension, true),
    ...layer('projector.3', 'projector.2.act', dimension, false),
    ...layer('predictor.1', projection, hidden, true),
    { op: 'dense', id: prediction, from: ['predictor.1.act'], units: dimension, bias: true },
  ];
  const network = validated({
    ...backbone, nodes: [...body, ...heads], output: prediction,
    stages: [...backbone.stages.slice(0, -1), { name: 'projector', end: projection }, { name: 'predictor', end: prediction }],
  });
  const names = (wanted: (node: NodeId) => boolean) => new Set(parameters(network).filter(({ node }) => wanted(node)).map(({ name }) => name));
  return { network, projection, prediction, predictor: names((node) => node.startsWith('predictor.')), fixed: names((node) => node === projection) };
}
