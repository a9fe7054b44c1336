// Cuts keep the meaning of a network, lose no parameter, and are offered exactly where everything flows through one node.
import assert from 'node:assert/strict';
import test from 'node:test';
import { build, cut, cutPoints, parameters, shapes, stageIndex, stageNodes, variant, variants } from './index.ts';
import { INPUT } from './graph.ts';
import type { Network, NodeId } from './graph.ts';

/** What a node computes, written out as a number per distinct expression: equal numbers mean the same computation of the same input. */
function meaning(network: Network, expressions: Map<string, number>, input: number): number {
  const values = new Map<NodeId, number>([[INPUT, input]]);
  for (const { from, ...node } of network.nodes) {
    const expression = JSON.stringify([node, from.map((id) => values.get(id))]);
    if (!expressions.has(expression)) expressions.set(expression, expressions.size);
    values.set(node.id, expressions.get(expression) ?? -1);
  }
  return values.get(network.output) ?? -1;
}

/** Whether the output can be reached from the input without passing `at`. */
function flowsAround(network: Network, at: NodeId): boolean {
  const reached = new Set<NodeId>([INPUT]);
  for (const node of network.nodes) if (node.id !== at && node.from.some((id) => reached.has(id))) reached.add(node.id);
  return reached.has(network.output);
}

for (const row of variants) {
  const network = row.build({ classes: 10 });
  const names = parameters(network).map(({ name }) => name);

  test(`${row.id} can be cut at every stage, and each cut computes the same from the same parameters`, () => {
    const points = cutPoints(network);
    for (const { end } of network.stages.slice(0, -1)) assert.ok(points.includes(end), end);
    for (const at of points) {
      const { prefix, suffix } = cut(network, at);
      assert.deepEqual([...parameters(prefix), ...parameters(suffix)].map(({ name }) => name), names, at);
      const expressions = new Map<string, number>();
      assert.equal(meaning(suffix, expressions, meaning(prefix, expressions, -1)), meaning(network, expressions, -1), at);
      assert.deepEqual(shapes(suffix).get(suffix.output), [10]);
      assert.deepEqual(suffix.input, shapes(prefix).get(prefix.output));
    }
  });

  test(`${row.id} keeps whole stages on either side of a cut at the end of a stage`, () => {
    network.stages.slice(0, -1).forEach(({ end }, index) => {
      const { prefix, suffix } = cut(network, end);
      assert.deepEqual(prefix.stages, network.stages.slice(0, index + 1));
      assert.deepEqual(suffix.stages, network.stages.slice(index + 1));
    });
  });
}

test('a node is offered for a cut exactly when nothing flows around it', () => {
  for (const id of ['resnet18', 'resnet50', 'mobilenetv2_100', 'efficientnet_b0']) {
    const network = variant(id).build({ classes: 10, inputSize: [64, 64] });
    const expected = network.nodes.map((node) => node.id).filter((at) => at !== network.output && !flowsAround(network, at));
    assert.deepEqual(cutPoints(network), expected);
  }
});

test('a cut inside a residual block is refused by name', () => {
  const network = variant('resnet18').build({ classes: 10 });
  assert.throws(() => cut(network, 'layer2.0.bn2'), /resnet18 cannot be cut at layer2\.0\.bn2/);
  assert.throws(() => cut(network, network.output), /cannot be cut/);
});

test('a cut in the middle of a stage splits the stage, and what a network points at stays on its side', () => {
  const network = variant('resnet18').build({ classes: 10 });
  const { prefix, suffix } = cut(network, 'layer3.0.act2');
  assert.deepEqual(prefix.stages.at(-1), { name: 'layer3', end: 'layer3.0.act2' });
  assert.deepEqual(suffix.stages.map(({ name }) => name), ['layer3', 'layer4', 'head']);
  assert.deepEqual([suffix.features, suffix.gradCam], [network.features, network.gradCam]);
  assert.deepEqual([...prefix.skips, ...suffix.skips], network.skips);
  assert.equal(cut(network, network.features).suffix.features, INPUT);
});

test('a network is not cut between a flatten and its dense layer, whose columns are in the order of the map', () => {
  const network = build('flat', [4, 4, 2], (b) => {
    const flat = b.act('act', b.flatten('flatten', b.conv('conv', INPUT, { filters: 3, kernel: 1, pad: 0 })), 'relu');
    const hidden = b.dense('fc1', flat, 5);
    return { output: b.dense('fc2', hidden, 2), stages: [{ name: 'all', end: 'fc2' }], features: hidden, gradCam: 'conv', skips: [] };
  });
  assert.deepEqual(cutPoints(network), ['conv', 'fc1']);
});

test('the stages hold every node once, in order', () => {
  for (const row of variants) {
    const network = row.build({ classes: 10 });
    assert.deepEqual(stageNodes(network).flatMap(({ nodes }) => nodes), network.nodes);
    assert.equal(stageIndex(network).get(network.output), network.stages.length - 1);
  }
});
