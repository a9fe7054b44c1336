// Shapes and padding rules, and the faults that a graph is refused for.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { INPUT } from './graph.ts';
import { build, count, margins, parameters, shapes, variant } from './index.ts';
import type { Builder } from './index.ts';
import type { Node } from './graph.ts';

const one = { groups: 1, bias: false } as const;
const ends = (output: string) => ({ output, stages: [{ name: 'all', end: output }], features: output, gradCam: output, skips: [] });

test('same padding gives ceil(size / stride) outputs, with the odd pixel after', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }), (size, kernel, stride, dilation) => {
    const [top, bottom] = margins('same', [size, size], { kernel: [kernel, kernel], stride, dilation });
    assert.ok(bottom - top === 0 || bottom - top === 1);
    const network = build('n', [size, size, 1], (b) => ends(b.conv('c', INPUT, { filters: 1, kernel, stride, dilation, pad: 'same' })));
    assert.equal(shapes(network).get('c')?.[0], Math.ceil(size / stride));
  }));
});

test('same and symmetric padding differ where stride 2 meets an even size', () => {
  assert.deepEqual(margins('same', [224, 224], { kernel: [3, 3], stride: 2 }), [0, 1, 0, 1]);
  assert.deepEqual(margins('same', [14, 7], { kernel: [5, 5], stride: 2 }), [1, 2, 2, 2]);
  assert.deepEqual(margins(1, [224, 224], { kernel: [3, 3], stride: 2 }), [1, 1, 1, 1]);
});

test('a decoder with every enlarging operation has the shapes and costs of a U-Net block', () => {
  const network = build('decoder', [8, 8, 3], (b) => {
    const fine = b.conv('fine', INPUT, { filters: 4, kernel: [3, 1], pad: [1, 1, 0, 0], bias: true });
    const coarse = b.conv('coarse', b.maxPool('pool', fine, { kernel: 2, stride: 2, pad: 0 }), { filters: 6, kernel: 3, pad: 1 });
    const up = b.convTranspose('up', coarse, { filters: 5, kernel: 2, bias: true });
    const joined = b.concat('join', [up, fine, b.resize('near', coarse, { factor: 2, method: 'nearest' })]);
    return ends(b.conv('out', b.avgPool('mean', b.pad('pad', joined, [1, 2, 0, 1]), { kernel: 3, stride: 1, pad: 0 }), { filters: 2, kernel: 1, pad: 0 }));
  });
  assert.deepEqual(Object.fromEntries(shapes(network)), {
    input: [8, 8, 3], fine: [8, 8, 4], pool: [4, 4, 4], coarse: [4, 4, 6], up: [8, 8, 5], near: [8, 8, 6], join: [8, 8, 15], pad: [11, 9, 15], mean: [9, 7, 15], out: [9, 7, 2],
  });
  assert.deepEqual(parameters(network).map(({ name, shape, layout }) => [name, shape.join('x'), layout]), [
    ['fine.weight', '4x3x3x1', 'conv'], ['fine.bias', '4', 'vector'], ['coarse.weight', '6x4x3x3', 'conv'],
    ['up.weight', '6x5x2x2', 'convTranspose'], ['up.bias', '5', 'vector'], ['out.weight', '2x15x1x1', 'conv'],
  ]);
  assert.equal(count(network).multiplyAdds, 64 * 4 * 9 + 16 * 6 * 36 + 64 * 5 * 6 + 63 * 2 * 15);
});

test('a picture that is too small is refused with a sentence', () => {
  assert.throws(() => build('n', [2, 2, 1], (b) => ends(b.conv('c', INPUT, { filters: 1, kernel: 3, pad: 0 }))),
    { code: 'refused', key: 'network.input-too-small', message: /too small for this network/ });
});

test('a gate multiplies each channel, and nothing else fits', () => {
  const gated = (b: Builder, gate: string) => ends(b.mul('m', INPUT, gate));
  assert.deepEqual(shapes(build('n', [4, 4, 3], (b) => gated(b, b.globalPool('g', INPUT, { keepDims: true })))).get('m'), [4, 4, 3]);
  assert.throws(() => build('n', [4, 4, 3], (b) => gated(b, b.globalPool('g', INPUT))), /m: cannot multiply/);
});

const wrong: readonly [why: string, write: (b: Builder) => string, message: RegExp][] = [
  ['two nodes have one name', (b) => b.act('a', b.act('a', INPUT, 'relu'), 'relu'), /two nodes are called a/],
  ['a node reads what is not there', (b) => b.act('a', 'b', 'relu'), /no node b/],
  ['something is computed in vain', (b) => { b.act('idle', INPUT, 'relu'); return b.act('a', INPUT, 'relu'); }, /nothing uses idle/],
  ['maps of two shapes are added', (b) => b.add('a', [INPUT, b.maxPool('p', INPUT, { kernel: 2, stride: 2, pad: 0 })]), /a: cannot add/],
  ['maps of two sizes are joined', (b) => b.concat('a', [INPUT, b.maxPool('p', INPUT, { kernel: 2, stride: 2, pad: 0 })]), /a: cannot join/],
  ['a dense layer gets a map', (b) => b.dense('d', INPUT, 2), /d: a dense layer takes/],
  ['a convolution gets features', (b) => b.conv('c', b.globalPool('g', INPUT), { filters: 1, kernel: 1, pad: 0 }), /c: takes \[height/],
  ['depthwise filters are not the channels', (b) => b.conv('c', INPUT, { filters: 4, kernel: 1, pad: 0, groups: 'depthwise' }), /c: 4 depthwise filters on 3/],
];
for (const [why, write, message] of wrong) {
  test(`a graph is refused where ${why}`, () => {
    assert.throws(() => build('n', [4, 4, 3], (b) => ends(write(b))), message);
  });
}

test('a graph is refused where its stages are out of order or end before the output', () => {
  const chain = (b: Builder) => b.act('b', b.act('a', INPUT, 'relu'), 'relu');
  const staged = (stages: readonly string[]) => build('n', [4, 4, 3], (b) => ({ ...ends(chain(b)), stages: stages.map((end) => ({ name: end, end })) }));
  assert.throws(() => staged(['b', 'a']), /stage a does not end after/);
  assert.throws(() => staged(['a']), /does not end at the output/);
  assert.equal(staged(['a', 'b']).stages.length, 2);
});

test('nodes are plain data', () => {
  const network = variant('efficientnet_b0').build({ classes: 2 });
  assert.deepEqual(JSON.parse(JSON.stringify(network)), network);
  const conv: Node = { op: 'conv', id: 'blocks.0.0.se.conv_reduce', from: ['blocks.0.0.se.pool'], filters: 8, kernel: [1, 1], stride: 1, pad: 0, ...one, bias: true };
  assert.deepEqual(network.nodes.find(({ id }) => id === conv.id), conv);
});
