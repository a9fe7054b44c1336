// The node that Grad-CAM looks at is where a network still sees places: checked with small changes of a picture and finite differences of the loss.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Network, Node, NodeId } from '../nets/graph.ts';
import { INPUT } from '../nets/graph.ts';
import { cut, cutPoints, shapes, variants } from '../nets/index.ts';
import { stream } from '../random.ts';
import type { Tensor, TensorMap } from '../tensor.ts';
import { loaded, openEngines, outputsOf, smallCase, spec } from './testing/twins.ts';
import type { Case } from './testing/twins.ts';

const { wasm, onnx } = await openEngines();

/** Sides that leave a map of 3 or 4 pixels where Grad-CAM looks; more for 56 layers of 3x3, which see all of a small picture from everywhere. */
const sides: Readonly<Record<string, number>> = { inception_v3: 139, plain56: 96, resnet56: 96 };
const sideOf = (id: string, height: number) => sides[id] ?? Math.min(height, 128);

/** Grey with one striped square in a corner. */
function picture(side: number, [row, column]: readonly [number, number], contrast: number): Float32Array {
  const data = new Float32Array(side * side * 3), quarter = Math.floor(side / 4), at = (half: number) => Math.floor(side * (half === 0 ? 1 : 5) / 8);
  for (let y = at(row); y < at(row) + quarter; y++) for (let x = at(column); x < at(column) + quarter; x++) {
    for (let c = 0; c < 3; c++) data[(y * side + x) * 3 + c] = contrast * Math.sin((x + 2 * y) / 2 + c);
  }
  return data;
}

/** Centre of the squares of a map, [0, 1] from top and from left. */
function centre({ shape: [, height = 0, width = 0, channels = 0] }: Tensor, squares: Float64Array): readonly [y: number, x: number] {
  let all = 0, down = 0, right = 0;
  squares.forEach((value, i) => {
    const pixel = Math.floor(i / channels);
    all += value;
    down += value * (Math.floor(pixel / width) + 0.5) / height;
    right += value * (pixel % width + 0.5) / width;
  });
  return [down / all, right / all];
}

const corners = [[0, 0], [0, 1], [1, 0], [1, 1]] as const;

/** From the output of Grad-CAM's node on, with a probe: one number per channel, added to its whole map. */
function probed(network: Network): Network {
  const { suffix } = cut(network, network.gradCam);
  const channels = suffix.input.at(-1)!;
  const probe: Node = { op: 'conv', id: 'probe', from: [INPUT], filters: channels, kernel: [1, 1], stride: 1, pad: 0, groups: 'depthwise', bias: true };
  const behind = (id: NodeId) => (id === INPUT ? probe.id : id);
  return { ...suffix, nodes: [probe, ...suffix.nodes.map((node) => ({ ...node, from: node.from.map(behind) }))], features: behind(suffix.features), gradCam: behind(suffix.gradCam) };
}

for (const row of variants) {
  const one = smallCase(row.id, sideOf(row.id, row.inputSize[0]), { smooth: true });
  const { network, values, batch } = one;
  // In the smooth twin of a hundred convolutions a small change dies out before it arrives; where places are compared, kinks do no harm.
  const deep = network.nodes.filter(({ op }) => op === 'conv').length > 100;
  const seeing = deep ? smallCase(row.id, network.input[0]!, { smooth: false }) : one;

  test(`${row.id}: Grad-CAM looks at the last map, and everything flows through it`, () => {
    const own = row.build({ classes: 10 }), known = shapes(own);
    assert.ok(cutPoints(own).includes(own.gradCam));
    const size = (id: NodeId) => (known.get(id)?.length === 3 ? known.get(id)![0]! : 1);
    assert.ok(size(own.gradCam) > 1);
    const after = own.nodes.slice(own.nodes.findIndex(({ id }) => id === own.gradCam) + 1);
    // A pool may follow, nothing that computes on places.
    for (const node of after) assert.ok(size(node.id) === 1 || node.op === 'maxPool', node.id);
  });

  // What a sigmoid does to a signal through twenty layers is its lesson: nothing of the picture arrives there.
  if (row.id !== 'plain20_sigmoid') {
    test(`${row.id}: a small change in a corner of a picture changes that corner of Grad-CAM's map most`, async () => {
      const side = network.input[0]!;
      for (const corner of corners) {
        const pictures = [1, 0.9].flatMap((contrast) => [...picture(side, corner, contrast)]);
        const input = { shape: [2, side, side, 3], data: Float32Array.from(pictures) };
        const map = (await outputsOf(onnx, { ...seeing, batch: { ...batch, input } }, [network.gradCam])).get(network.gradCam)!;
        const half = map.data.length / 2;
        const [y, x] = centre(map, Float64Array.from({ length: half }, (_, i) => (map.data[i]! - map.data[half + i]!) ** 2));
        assert.ok((y > 0.5) === (corner[0] === 1) && (x > 0.5) === (corner[1] === 1), `corner ${corner} is seen at ${y}, ${x}`);
      }
    });
  }

  test(`${row.id}: Grad-CAM's weights are the slopes of the loss, and its map a saliency where only means follow`, async () => {
    const map = (await outputsOf(onnx, one, [network.gradCam])).get(network.gradCam)!;
    const [n, height, width, channels] = map.shape as [number, number, number, number];
    const behind = probed(network);
    const identity: TensorMap = new Map([['probe.weight', { shape: [channels, 1, 1, 1], data: new Float32Array(channels).fill(1) }], ['probe.bias', { shape: [channels], data: new Float32Array(channels) }]]);
    const probe: Case = { network: behind, values: new Map([...identity, ...[...values].filter(([name]) => behind.nodes.some(({ id }) => name.startsWith(`${id}.`)))]), batch: { ...batch, input: map } };
    const trainer = await loaded(wasm, probe, spec(probe, false, { groups: new Map([['probe.bias', 0]]) }));
    const lossAt = async (data: Float32Array) => (await trainer.gradients({ ...probe.batch, input: { shape: map.shape, data } })).loss;
    const { loss, gradients } = await trainer.gradients(probe.batch);
    const weights = gradients.get('probe.bias')!.data;
    /** Slope of the loss along a change of the map, from differences that move it by three thousandths of itself. */
    const scale = Math.sqrt(map.data.reduce((sum, value) => sum + value * value, 0));
    const slope = async (change: Float32Array) => {
      const length = Math.sqrt(change.reduce((sum, value) => sum + value * value, 0));
      const step = 3e-3 * scale / length;
      return (await lossAt(map.data.map((value, i) => value + step * change[i]!)) - await lossAt(map.data.map((value, i) => value - step * change[i]!))) / (2 * step);
    };
    // Differences of a float32 loss err by some 1e-7 of it, over thousandths of the map by 1e-4 of the loss per map; the curvature adds its share.
    const near = (found: number, expected: number, change: Float32Array, what: string) => {
      const length = Math.sqrt(change.reduce((sum, value) => sum + value * value, 0));
      assert.ok(Math.abs(found - expected) <= 1e-2 * Math.abs(expected) + 2e-4 * Math.max(loss, 1) * length / scale, `${what}: ${found} instead of ${expected}`);
    };
    const draw = stream(9, row.id), direction = Float32Array.from({ length: channels }, (_, c) => Math.sign(weights[c]!) + 0.2 * draw.normal(c));
    const everywhere = Float32Array.from(map.data, (_, i) => direction[i % channels]!);
    near(await slope(everywhere), direction.reduce((sum, value, c) => sum + value * weights[c]!, 0), everywhere, 'channel weights');

    // Where only the mean over places matters, a place counts by its activations times these weights: the map of Grad-CAM itself. VGG and AlexNet go on to tell places apart.
    if (behind.nodes[1]?.op === 'globalPool') {
      for (const [top, left] of corners) {
        const inside = (i: number) => {
          const pixel = Math.floor(i / channels);
          return (Math.floor(pixel / width) % height >= height / 2) === (top === 1) && (pixel % width >= width / 2) === (left === 1);
        };
        // The pictures of the batch share the bias, so their gradient is taken one by one: the first picture alone.
        const change = map.data.map((value, i) => (i < map.data.length / n && inside(i) ? value : 0));
        const alone = await weightsOfFirst(probe, map);
        const expected = change.reduce((sum, value, i) => sum + value * alone[i % channels]! / (height * width), 0) / n;
        near(await slope(change), expected, change, `corner ${top}, ${left}`);
      }
    }
    await trainer.close();
  });
}

/** Gradients of the first picture's own loss by channel. */
async function weightsOfFirst(probe: Case, map: Tensor): Promise<Float32Array> {
  const first = (tensor: Tensor) => ({ shape: [1, ...tensor.shape.slice(1)], data: tensor.data.slice(0, tensor.data.length / tensor.shape[0]!) });
  const trainer = await loaded(wasm, probe, spec(probe, false, { groups: new Map([['probe.bias', 0]]) }));
  const { gradients } = await trainer.gradients({ ...probe.batch, input: first(map), targets: new Map([...probe.batch.targets].map(([name, target]) => [name, first(target)])) });
  await trainer.close();
  return gradients.get('probe.bias')!.data;
}
