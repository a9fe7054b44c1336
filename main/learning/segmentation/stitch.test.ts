// A whole picture from tiles: no seams with the margin that follows from the network, at once where it fits, and probabilities everywhere.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openEagerEngine } from '../../engines/eager/index.ts';
import type { Engine, RunnerSpec } from '../../engines/engine.ts';
import type { Network } from '../../nets/graph.ts';
import { initialValues, originalUnet, receptiveRadius } from '../../nets/index.ts';
import { segmenter } from '../../nets/segmenters.ts';
import { stream } from '../../random.ts';
import { encoderValues, startingValues } from './values.ts';
import type { ScaledPicture } from './scaled.ts';
import { openStitcher, stitched } from './stitch.ts';
import { seamMargin } from './tile-layout.ts';

let engine: Engine;
before(async () => { engine = await openEagerEngine(); });
after(() => engine.close());

const draw = stream(1, 'stitch');
/** Waves and grain. */
const pictureOf = (width: number, height: number, channels: number): ScaledPicture => ({
  width, height, channels,
  data: Uint8Array.from({ length: width * height * channels }, (_, i) => 128 + 80 * Math.sin(i / (37 * channels)) * Math.cos(Math.floor(i / (width * channels)) / 11) + 40 * draw.uniform(i)),
});
const preprocessing = (size: [number, number], channels: number, margin: number) => ({ size, channels, cropShare: 1, interpolation: 'bilinear' as const, mean: Array<number>(channels).fill(0.5), std: Array<number>(channels).fill(0.5), tiles: { scale: 1, margin } });

/** Largest difference of a probability between tiles of a width and the whole, and the spread of the probabilities themselves. */
async function seams(network: (size: [number, number]) => Network, values: RunnerSpec['values'], picture: ScaledPicture, tile: number, margin: number): Promise<{ readonly worst: number; readonly spread: number }> {
  const run = async (size: [number, number], own: number) => {
    const one = network(size), runner = await engine.runner({ network: one, values, outputs: [one.output], precision: 'float32' });
    const probabilities = await stitched(runner, one.output, picture, preprocessing(size, picture.channels, own), 1);
    await runner.close();
    return probabilities;
  };
  const whole = await run([picture.height, picture.width], 0), tiles = await run([picture.height, tile], margin);
  return whole.reduce(({ worst, spread }, p, i) => ({ worst: Math.max(worst, Math.abs(p - tiles[i]!)), spread: Math.max(spread, Math.abs(p - whole[0]!)) }), { worst: 0, spread: 0 });
}

test('blended tiles of the U-Net of 2015 give what the whole picture gives, to less than a thousandth', async () => {
  const network = (size: readonly [number, number]) => originalUnet({ classes: 2, input: [...size, 1], width: 2, padding: 'same', norms: true });
  const margin = seamMargin(receptiveRadius(network([64, 64])));
  const { worst, spread } = await seams(network, initialValues(network([64, 64]), 3, { head: 'uniform' }), pictureOf(448, 128, 1), 352, margin);
  assert.ok(spread > 0.05, `the network says something: ${spread}`);
  assert.ok(worst < 1e-3, `a seam of ${worst}`);
});

const file = fileURLToPath(new URL('../../../resources/backbones/tf_efficientnet_lite0/tf_efficientnet_lite0.fp16w.safetensors', import.meta.url));

test('so do those of a U-Net on the pretrained EfficientNet-Lite0, whose encoder sees far more', { skip: existsSync(file) ? false : 'the embedded weights are not there' }, async () => {
  const one = segmenter('tf_efficientnet_lite0'), network = (size: [number, number]) => one.build({ classes: 2, inputSize: size });
  const small = network([64, 64]), margin = seamMargin(receptiveRadius(small));
  const encoder = await encoderValues({ backbone: one.id, weights: { base: file, baseSha256: null, delta: null }, preprocessing: one.preprocessing }, small);
  assert.ok(encoder.size > 200, 'the encoder is the pretrained one');
  // A strip: what is cut is cut along one side, and the other one is seen whole by both.
  const { worst, spread } = await seams(network, startingValues(encoder, small, 1, false), pictureOf(896, 64, 3), 800, margin);
  assert.ok(spread > 0.05, `the network says something: ${spread}`);
  assert.ok(worst < 1e-3, `a seam of ${worst}`);
});

test('a picture that fits is seen whole, whatever the tiles of the training, and pictures of several sizes are answered in any order', async () => {
  const network = (size: readonly [number, number]) => originalUnet({ classes: 2, input: [size[0], size[1], 1], width: 1, padding: 'same', norms: true });
  const values = initialValues(network([32, 32]), 1, { head: 'uniform' });
  let opened = 0, open = 0;
  const counting: Engine = {
    ...engine,
    async runner(spec) {
      opened++; open++;
      const runner = await engine.runner(spec);
      return { run: (input) => runner.run(input), close: async () => { open--; await runner.close(); } };
    },
  };
  const stitcher = openStitcher({ engine: counting, precision: 'float32', preprocessing: preprocessing([32, 32], 1, 96), values, network });
  const pictures = [pictureOf(70, 40, 1), pictureOf(33, 90, 1), pictureOf(70, 41, 1)];
  for (const picture of [...pictures, ...pictures]) {
    const whole = network([Math.ceil(picture.height / 32) * 32, Math.ceil(picture.width / 32) * 32]), runner = await engine.runner({ network: whole, values, outputs: [whole.output], precision: 'float32' });
    const expected = await stitched(runner, whole.output, picture, preprocessing([whole.input[0]!, whole.input[1]!], 1, 0));
    await runner.close();
    assert.deepEqual(await stitcher.stitch(picture), expected);
  }
  assert.equal(opened, 2, 'a program for each of two sizes on the grid');
  for (const side of [130, 170, 200]) await stitcher.stitch(pictureOf(side, 32, 1));
  assert.equal(open, 3, 'few programs are kept');
  await stitcher.close();
  assert.equal(open, 0);
});

test('probabilities of every pixel sum to one, also where a picture is smaller than a tile', async () => {
  const network = originalUnet({ classes: 3, input: [32, 32, 1], width: 1, padding: 'same', norms: true });
  const runner = await engine.runner({ network, values: initialValues(network, 1, { head: 'uniform' }), outputs: [network.output], precision: 'float32' });
  const probabilities = await stitched(runner, network.output, pictureOf(21, 9, 1), preprocessing([32, 32], 1, 0));
  await runner.close();
  assert.equal(probabilities.length, 21 * 9 * 3);
  for (let pixel = 0; pixel < 21 * 9; pixel++) assert.ok(Math.abs(probabilities[3 * pixel]! + probabilities[3 * pixel + 1]! + probabilities[3 * pixel + 2]! - 1) < 1e-5);
});
