// The onnx engine gives any node of a network for any number of pictures, keeps nothing when closed, and says what it cannot do.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { StudioError } from '#contract/errors.ts';
import { cut, initialValues, variant } from '../../nets/index.ts';
import { stream } from '../../random.ts';
import type { Tensor } from '../../tensor.ts';
import type { Runner } from '../engine.ts';
import { openOnnxEngine } from './engine.ts';

const engine = await openOnnxEngine({ threads: 2 });
after(() => engine.close());

/** A real network on small pictures. */
const network = variant('mobilenetv2_100').build({ classes: 4, inputSize: [64, 48] });
const values = initialValues(network, 1, { head: 'uniform' });

function noise(n: number, shape: readonly number[]): Tensor {
  const random = stream(2, 'noise');
  const data = Float32Array.from({ length: n * shape.reduce((a, b) => a * b, 1) }, (_, i) => random.normal(i));
  return { shape: [n, ...shape], data };
}

const one = async (runner: Runner, input: Tensor): Promise<Tensor> => [...(await runner.run(input)).values()][0]!;

/** Largest difference relative to the largest value. */
function difference(a: Tensor, b: Tensor): number {
  assert.deepEqual(a.shape, b.shape);
  return Math.max(...a.data.map((value, i) => Math.abs(value - b.data[i]!))) / Math.max(...b.data.map(Math.abs));
}

test('the answer for a picture does not depend on how many there are', async () => {
  const runner = await engine.runner({ network, values, outputs: [network.output], precision: 'float32' });
  const batch = noise(7, network.input);
  const together = await one(runner, batch);
  for (const picture of [0, 3, 6]) {
    const size = batch.data.length / 7;
    const alone = await one(runner, { shape: [1, ...network.input], data: batch.data.subarray(picture * size, (picture + 1) * size) });
    // Other batch sizes may be cut into other blocks of a matrix product: rounding only.
    assert.ok(difference(alone, { shape: [1, 4], data: together.data.subarray(picture * 4, picture * 4 + 4) }) < 1e-5);
  }
  assert.deepEqual((await one(runner, noise(0, network.input))).shape, [0, 4]);
  await runner.close();
});

test('a network cut in two gives what the whole gives, map by map in rows, columns, channels', async () => {
  const batch = noise(2, network.input);
  const { prefix, suffix } = cut(network, 'blocks.3.3.add');
  const whole = await engine.runner({ network, values, outputs: ['blocks.3.3.add', network.features, network.output], precision: 'float32' });
  const results = await whole.run(batch);
  assert.deepEqual(results.get('blocks.3.3.add')!.shape, [2, 4, 3, 64]);
  const [first, second] = await Promise.all([prefix, suffix].map((part) => engine.runner({ network: part, values, outputs: [part.output], precision: 'float32' })));
  const middle = await one(first!, batch);
  assert.ok(difference(middle, results.get('blocks.3.3.add')!) < 1e-5);
  assert.ok(difference(await one(second!, middle), results.get(network.output)!) < 1e-5);
  await Promise.all([whole, first!, second!].map((runner) => runner.close()));
});

test('weights behind the wanted nodes need not be there', async () => {
  const headless = new Map([...values].filter(([name]) => !name.startsWith('classifier')));
  const runner = await engine.runner({ network, values: headless, outputs: [network.features], precision: 'float32' });
  assert.deepEqual((await one(runner, noise(1, network.input))).shape, [1, 1280]);
  await runner.close();
  await assert.rejects(engine.runner({ network, values: headless, outputs: [network.output], precision: 'float32' }), /classifier\.weight/);
});

test('a weight of another shape is refused by name', async () => {
  const wrong = new Map([...values, ['conv_stem.weight', { shape: [16, 3, 3, 3], data: new Float32Array(432) }]]);
  await assert.rejects(engine.runner({ network, values: wrong, outputs: [network.output], precision: 'float32' }), /conv_stem\.weight has the shape \[16, 3, 3, 3\]/);
});

test('pictures of another size are refused before they reach the runtime', async () => {
  const runner = await engine.runner({ network, values, outputs: [network.output], precision: 'float32' });
  await assert.rejects(runner.run(noise(1, [48, 64, 3])), /takes \[n, 64, 48, 3\]/);
  await assert.rejects(runner.run({ shape: [2, ...network.input], data: new Float32Array(5) }), /with 5 numbers/);
  await runner.close();
});

test('a closed engine holds no tensor, and closing twice is harmless', async () => {
  const own = await openOnnxEngine({ threads: 1 });
  const runners = [];
  for (const output of [network.features, network.output]) runners.push(await own.runner({ network, values, outputs: [output], precision: 'float32' }));
  assert.equal(own.liveTensors(), 2 * values.size);
  await runners[0]!.close();
  await runners[0]!.close();
  assert.equal(own.liveTensors(), values.size);
  await own.close();
  assert.equal(own.liveTensors(), 0);
  await assert.rejects(runners[1]!.run(noise(1, network.input)));
});

test('half precision is refused with a sentence', async () => {
  await assert.rejects(engine.runner({ network, values, outputs: [network.output], precision: 'bfloat16' }),
    (error) => error instanceof StudioError && error.code === 'engine' && /float32/.test(error.message));
});
