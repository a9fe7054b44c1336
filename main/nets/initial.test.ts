// Values of a new network: spread as published, a new head never wide, and each tensor independent of all others.
import assert from 'node:assert/strict';
import test from 'node:test';
import { count, initialValues, parameters, shapes, variant, withHead } from './index.ts';

const network = variant('mobilenetv2_100').build({ classes: 2 });
const values = initialValues(network, 7, { head: 'uniform' });
const get = (name: string) => values.get(name)?.data ?? assert.fail(name);

function moments(data: Float32Array): { mean: number; deviation: number } {
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
  return { mean, deviation: Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length) };
}

test('every parameter and statistic gets its shape', () => {
  assert.deepEqual([...values].map(([name, { shape }]) => [name, shape]), parameters(network).map(({ name, shape }) => [name, shape]));
});

test('convolutions are normal with deviation sqrt(2 / fan-out), a depthwise one counting its own channel only', () => {
  for (const [name, fanOut] of [['conv_stem.weight', 32 * 9], ['conv_head.weight', 1280], ['blocks.5.2.conv_dw.weight', 9]] as const) {
    const data = get(name);
    const { mean, deviation } = moments(data);
    const expected = Math.sqrt(2 / fanOut);
    // Five standard errors of the mean and of the deviation of normal numbers.
    assert.ok(Math.abs(mean) < 5 * expected / Math.sqrt(data.length), `${name}: mean ${mean}`);
    assert.ok(Math.abs(deviation / expected - 1) < 5 / Math.sqrt(2 * data.length), `${name}: deviation ${deviation}`);
  }
});

test('batch norms start as the identity', () => {
  assert.ok(['weight', 'running_var'].every((part) => get(`bn1.${part}`).every((x) => x === 1)));
  assert.ok(['bias', 'running_mean'].every((part) => get(`bn1.${part}`).every((x) => x === 0)));
});

test('a new head is zero, or uniform within +-1/sqrt(features)', () => {
  const zero = initialValues(network, 7, { head: 'zero' });
  assert.ok(['classifier.weight', 'classifier.bias'].every((name) => zero.get(name)?.data.every((x) => x === 0)));
  const bound = 1 / Math.sqrt(1280);
  const weight = get('classifier.weight');
  assert.ok(weight.every((x) => Math.abs(x) <= bound));
  // A uniform distribution has deviation bound / sqrt(3); 2,560 draws know it within 3 %.
  assert.ok(Math.abs(moments(weight).deviation / (bound / Math.sqrt(3)) - 1) < 0.03);
  assert.deepEqual(zero.get('conv_stem.weight'), values.get('conv_stem.weight'));
});

test('the same seed gives the same numbers whatever the head is, another seed gives others', () => {
  const many = initialValues(variant('mobilenetv2_100').build({ classes: 1000 }), 7, { head: 'uniform' });
  assert.deepEqual(many.get('conv_head.weight'), values.get('conv_head.weight'));
  assert.notDeepEqual(initialValues(network, 8, { head: 'uniform' }).get('conv_stem.weight'), values.get('conv_stem.weight'));
});

test('a new head keeps the backbone, its names and its stages, and adds dropout when asked', () => {
  const other = withHead(network, { classes: 5, dropout: 0.2 });
  assert.deepEqual(parameters(other).map(({ name }) => name), parameters(network).map(({ name }) => name));
  assert.deepEqual(shapes(other).get(other.output), [5]);
  assert.deepEqual(other.nodes.at(-2), { op: 'dropout', id: 'classifier.dropout', from: ['global_pool'], rate: 0.2 });
  assert.deepEqual(other.stages, network.stages);
  assert.equal(count(other).parameters - count(network).parameters, 3 * 1281);
  assert.deepEqual(withHead(other, { classes: 2 }), network);
});
